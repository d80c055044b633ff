using System.Buffers.Text;
using System.Globalization;
using System.Text;
using MailKit.Net.Smtp;

namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// Sends messages on an established connection: MAIL, RCPT, and DATA or BDAT (RFC 5321, RFC 2920, RFC 3030), with as
/// few round trips as the server allows. It does not use MailKit because it must be cheap, and must know exactly
/// whether a server that stopped responding can have accepted a message.
/// </summary>
internal sealed class SmtpExchange
{
    private static readonly IdnMapping Idn = new();

    private readonly Stream stream;
    private readonly ReplyReader replies;
    private readonly SmtpCapabilities capabilities;
    private readonly uint maxSize;
    private readonly SmtpOptions server;
    private byte[] output = new byte[64 * 1024];
    private int length;
    private bool needsReset;

    public SmtpExchange(SmtpConnection connection, SmtpOptions server)
        : this(connection.Stream, connection.Capabilities, connection.MaxSize, server)
    {
    }

    internal SmtpExchange(Stream stream, SmtpCapabilities capabilities, uint maxSize, SmtpOptions server)
    {
        this.stream = stream;
        this.capabilities = capabilities;
        this.maxSize = maxSize;
        this.server = server;
        replies = new ReplyReader(stream);
    }

    /// <summary>False after a fault: the connection must not be used any more.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <param name="message">7-bit, with CRLF line endings, and not dot-stuffed.</param>
    public async Task<Outcome> SendAsync(
        string sender, string recipient, ReadOnlyMemory<byte> message, CancellationToken stop)
    {
        if (RejectLocally(sender, recipient, message.Length) is { } rejection)
        {
            return rejection;
        }

        // A server accepts a message only after its end (RFC 5321 section 4.1.1.4). A fault before all of it was sent
        // means that it was not accepted; after a later fault it may have been.
        var isFullySent = false;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            if (await SendEnvelopeAsync(sender, recipient, message.Length, deadline) is { } outcome)
            {
                return Track(outcome);
            }

            await WriteMessageAsync(message, deadline);
            isFullySent = true;
            return Track(ToOutcome(await ReadAsync(deadline, server.DataTerminationTimeout)));
        }
        catch (Exception e) when (e is IOException or FormatException or OperationCanceledException)
        {
            IsUsable = false;
            var what = e is OperationCanceledException
                ? $"{server.Host}:{server.Port} did not respond in time"
                : $"connection to {server.Host}:{server.Port} lost: {e.Message.Split('\n', 2)[0].Trim()}";
            return isFullySent ? new Outcome.Uncertain(what) : new Outcome.Unreachable(what);
        }
    }

    /// <summary>Whether the server still responds on a connection that was idle.</summary>
    public async Task<bool> IsRespondingAsync(CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            length = 0;
            Append("RSET\r\n");
            needsReset = false;
            IsUsable = (await ExchangeAsync(deadline)).IsPositive;
        }
        catch (Exception e) when (e is IOException or FormatException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            IsUsable = false;
        }

        return IsUsable;
    }

    private static Outcome ToOutcome(SmtpReply reply) =>
        reply.IsPositive ? new Outcome.Accepted(reply.ToString())
        : reply.IsClosing ? new Outcome.Unreachable(reply.ToString())
        : reply.Code >= 500 ? new Outcome.Rejected(reply.ToString())
        : reply.Code >= 400 ? new Outcome.Deferred(reply.ToString())
        : throw new FormatException($"the server replied {reply}");

    /// <summary>
    /// The outcome of a rejected MAIL command. Unless it concerns the message, it concerns the sender or the login, not
    /// the recipient, and would be the same for every delivery.
    /// </summary>
    private static Outcome ToMailOutcome(SmtpReply reply) =>
        reply.Code >= 500 && reply.Code != 552 && reply.Status is not ("5.3.4" or "5.2.3" or "5.6.7")
            ? new Outcome.Unreachable(reply.ToString())
            : ToOutcome(reply);

    private Outcome Track(Outcome outcome)
    {
        IsUsable &= outcome is not Outcome.Unreachable;
        return outcome;
    }

    private Outcome.Rejected? RejectLocally(string sender, string recipient, int size)
    {
        if (!IsAddress(recipient) || !IsAddress(sender))
        {
            return new Outcome.Rejected("553 5.1.3 the address is not valid in SMTP");
        }

        if (NeedsSmtpUtf8(sender, recipient) && !capabilities.HasFlag(SmtpCapabilities.UTF8))
        {
            return new Outcome.Rejected(
                "553 5.6.7 the server does not support internationalized addresses (no SMTPUTF8)");
        }

        return maxSize > 0 && size > maxSize
            ? new Outcome.Rejected($"552 5.3.4 the server accepts messages of up to {maxSize} bytes")
            : null;
    }

    private static bool IsAddress(string address) =>
        address.AsSpan().IndexOfAny("<>") < 0 && !address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    private static bool NeedsSmtpUtf8(string sender, string recipient) =>
        !Ascii.IsValid(LocalPart(recipient)) || !Ascii.IsValid(LocalPart(sender));

    private static ReadOnlySpan<char> LocalPart(string address) => address.AsSpan(0, Math.Max(address.LastIndexOf('@'), 0));

    /// <summary>Sends the envelope: MAIL, RCPT and DATA. Returns null if the message may follow.</summary>
    private async Task<Outcome?> SendEnvelopeAsync(
        string sender, string recipient, int size, CancellationTokenSource deadline)
    {
        var isPipelined = capabilities.HasFlag(SmtpCapabilities.Pipelining);
        var isChunking = capabilities.HasFlag(SmtpCapabilities.Chunking);
        var resets = needsReset;
        needsReset = true;
        length = 0;
        if (resets)
        {
            Append("RSET\r\n");
            if (!isPipelined && !(await ExchangeAsync(deadline)).IsPositive)
            {
                throw new FormatException("the server rejected RSET");
            }
        }

        AppendMail(sender, recipient, size);
        var mail = isPipelined ? default : await ExchangeAsync(deadline);
        if (!isPipelined && !mail.IsPositive)
        {
            return ToMailOutcome(mail);
        }

        AppendAddress("RCPT TO:<", recipient);
        Append(">\r\n");
        var rcpt = isPipelined ? default : await ExchangeAsync(deadline);
        if (!isPipelined && !rcpt.IsPositive)
        {
            return ToOutcome(rcpt);
        }

        if (!isChunking)
        {
            Append("DATA\r\n");
        }

        if (isPipelined)
        {
            await FlushAsync(deadline);
            if (resets && await ReadAsync(deadline) is { IsPositive: false } reset)
            {
                throw new FormatException($"the server replied {reset} to RSET");
            }

            mail = await ReadAsync(deadline);
            if (mail.IsClosing)
            {
                return ToOutcome(mail);
            }

            rcpt = await ReadAsync(deadline);
            if (rcpt.IsClosing)
            {
                return ToOutcome(rcpt);
            }
        }

        if (isChunking)
        {
            return !mail.IsPositive && isPipelined ? ToMailOutcome(mail)
                : !rcpt.IsPositive ? ToOutcome(rcpt)
                : null;
        }

        var data = isPipelined ? await ReadAsync(deadline) : await ExchangeAsync(deadline);
        if (mail.IsPositive && rcpt.IsPositive)
        {
            return data.Code == 354 ? null : data.IsPositive
                ? throw new FormatException($"the server replied {data} to DATA")
                : ToOutcome(data);
        }

        if (data.Code == 354 && rcpt.IsPositive)
        {
            // The server would accept an empty message, so the transaction cannot be ended on this connection.
            IsUsable = false;
        }
        else if (data.Code == 354)
        {
            // RFC 2920 section 3.1: the server waits for a message although it has no valid recipient.
            Append(".\r\n");
            await ExchangeAsync(deadline);
        }

        return mail.IsPositive ? ToOutcome(rcpt) : ToMailOutcome(mail);
    }

    private void AppendMail(string sender, string recipient, int size)
    {
        AppendAddress("MAIL FROM:<", sender);
        Append(">");
        if (capabilities.HasFlag(SmtpCapabilities.Size))
        {
            Append(" SIZE=");
            AppendNumber(size);
        }

        Append(NeedsSmtpUtf8(sender, recipient) ? " SMTPUTF8\r\n" : "\r\n");
    }

    private async Task WriteMessageAsync(ReadOnlyMemory<byte> message, CancellationTokenSource deadline)
    {
        length = 0;
        if (capabilities.HasFlag(SmtpCapabilities.Chunking))
        {
            Append("BDAT ");
            AppendNumber(message.Length);
            Append(" LAST\r\n");
            Append(message.Span);
        }
        else
        {
            AppendDotStuffed(message.Span);
            Append(message.Span.EndsWith("\r\n"u8) ? ".\r\n" : "\r\n.\r\n");
        }

        await FlushAsync(deadline);
    }

    /// <summary>Dot-stuffing (RFC 5321 section 4.5.2): a dot at the beginning of a line is doubled.</summary>
    private void AppendDotStuffed(ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("."u8))
        {
            Append(".");
        }

        int at;
        while ((at = message.IndexOf("\n."u8)) >= 0)
        {
            Append(message[..(at + 2)]);
            Append(".");
            message = message[(at + 2)..];
        }

        Append(message);
    }

    /// <summary>Flushes the pending commands and reads one reply.</summary>
    private async Task<SmtpReply> ExchangeAsync(CancellationTokenSource deadline)
    {
        await FlushAsync(deadline);
        return await ReadAsync(deadline);
    }

    private async ValueTask FlushAsync(CancellationTokenSource deadline)
    {
        deadline.CancelAfter(server.Timeout);
        await stream.WriteAsync(output.AsMemory(0, length), deadline.Token);
        await stream.FlushAsync(deadline.Token);
        length = 0;
    }

    private ValueTask<SmtpReply> ReadAsync(CancellationTokenSource deadline) => ReadAsync(deadline, server.Timeout);

    private ValueTask<SmtpReply> ReadAsync(CancellationTokenSource deadline, TimeSpan timeout)
    {
        deadline.CancelAfter(timeout);
        return replies.ReadAsync(deadline.Token);
    }

    private void AppendAddress(string command, string address)
    {
        Append(command);
        var at = address.LastIndexOf('@');
        Append(Ascii.IsValid(address) || at < 0 ? address : $"{address[..at]}@{Idn.GetAscii(address[(at + 1)..])}");
    }

    private void AppendNumber(int number)
    {
        EnsureCapacity(11);
        Utf8Formatter.TryFormat(number, output.AsSpan(length), out var written);
        length += written;
    }

    private void Append(string text)
    {
        EnsureCapacity(Encoding.UTF8.GetMaxByteCount(text.Length));
        length += Encoding.UTF8.GetBytes(text, output.AsSpan(length));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        EnsureCapacity(bytes.Length);
        bytes.CopyTo(output.AsSpan(length));
        length += bytes.Length;
    }

    private void EnsureCapacity(int more)
    {
        if (output.Length - length < more)
        {
            Array.Resize(ref output, Math.Max(output.Length * 2, length + more));
        }
    }
}
