using System.Buffers.Text;
using System.Globalization;
using System.Text;
using MailKit.Net.Smtp;

namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// Hands messages over on a connection that is set up: MAIL, RCPT, and DATA or BDAT (RFC 5321, RFC 2920, RFC 3030), with
/// as few waits as the server allows. Its own because it must be cheap, and because it must know to the byte whether a
/// server that fell silent can have taken a message.
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

    /// <summary>False after a fault: the connection is of no use any more.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <param name="message">With CRLF line ends, 7-bit; dots at line beginnings not doubled.</param>
    public async Task<Outcome> SendAsync(
        string sender, string recipient, ReadOnlyMemory<byte> message, CancellationToken stop)
    {
        if (RefusedHere(sender, recipient, message.Length) is { } refusal)
        {
            return refusal;
        }

        // A server takes a message only after its end (RFC 5321 section 4.1.1.4): what breaks before it has all left says
        // that it was not taken, what breaks after it says nothing.
        var hasLeft = false;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            if (await AnnounceAsync(sender, recipient, message.Length, deadline) is { } outcome)
            {
                return Noted(outcome);
            }

            await WriteMessageAsync(message, deadline);
            hasLeft = true;
            return Noted(OutcomeOf(await ReadAsync(deadline, server.FinalTimeout)));
        }
        catch (Exception e) when (e is IOException or FormatException or OperationCanceledException)
        {
            IsUsable = false;
            var what = e is OperationCanceledException
                ? $"{server.Host}:{server.Port} did not answer in time"
                : $"connection to {server.Host}:{server.Port} lost: {e.Message.Split('\n', 2)[0].Trim()}";
            return hasLeft ? new Outcome.Uncertain(what) : new Outcome.Unreachable(what);
        }
    }

    /// <summary>Whether the server still answers, on a connection that lay idle for a while.</summary>
    public async Task<bool> AnswersAsync(CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            length = 0;
            Append("RSET\r\n");
            needsReset = false;
            IsUsable = (await TurnAsync(deadline)).IsPositive;
        }
        catch (Exception e) when (e is IOException or FormatException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            IsUsable = false;
        }

        return IsUsable;
    }

    private static Outcome OutcomeOf(SmtpReply reply) =>
        reply.IsPositive ? new Outcome.Accepted(reply.ToString())
        : reply.IsClosing ? new Outcome.Unreachable(reply.ToString())
        : reply.Code >= 500 ? new Outcome.Refused(reply.ToString())
        : reply.Code >= 400 ? new Outcome.Deferred(reply.ToString())
        : throw new FormatException($"the server answered {reply}");

    /// <summary>
    /// What a refusal of MAIL means. Where it is about us, our address or our log-in, it says nothing of the reader, and
    /// would be the same for everyone.
    /// </summary>
    private static Outcome OutcomeOfMail(SmtpReply reply) =>
        reply.Code >= 500 && reply.Code != 552 && reply.Status is not ("5.3.4" or "5.2.3" or "5.6.7")
            ? new Outcome.Unreachable(reply.ToString())
            : OutcomeOf(reply);

    private Outcome Noted(Outcome outcome)
    {
        IsUsable &= outcome is not Outcome.Unreachable;
        return outcome;
    }

    private Outcome.Refused? RefusedHere(string sender, string recipient, int size)
    {
        if (!IsAddress(recipient) || !IsAddress(sender))
        {
            return new Outcome.Refused("553 5.1.3 this is no address that SMTP can carry");
        }

        if (NeedsSmtpUtf8(sender, recipient) && !capabilities.HasFlag(SmtpCapabilities.UTF8))
        {
            return new Outcome.Refused("553 5.6.7 the server does not take international addresses (no SMTPUTF8)");
        }

        return maxSize > 0 && size > maxSize
            ? new Outcome.Refused($"552 5.3.4 the server takes messages up to {maxSize} bytes only")
            : null;
    }

    private static bool IsAddress(string address) =>
        address.AsSpan().IndexOfAny("<>") < 0 && !address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    private static bool NeedsSmtpUtf8(string sender, string recipient) =>
        !Ascii.IsValid(LocalPart(recipient)) || !Ascii.IsValid(LocalPart(sender));

    private static ReadOnlySpan<char> LocalPart(string address) => address.AsSpan(0, Math.Max(address.LastIndexOf('@'), 0));

    /// <summary>Sender, recipient and the wish to send; null where the message may follow.</summary>
    private async Task<Outcome?> AnnounceAsync(
        string sender, string recipient, int size, CancellationTokenSource deadline)
    {
        var isPipelined = capabilities.HasFlag(SmtpCapabilities.Pipelining);
        var isBinary = capabilities.HasFlag(SmtpCapabilities.Chunking);
        var resets = needsReset;
        needsReset = true;
        length = 0;
        if (resets)
        {
            Append("RSET\r\n");
            if (!isPipelined && !(await TurnAsync(deadline)).IsPositive)
            {
                throw new FormatException("the server refused RSET");
            }
        }

        AppendMail(sender, recipient, size);
        var mail = isPipelined ? default : await TurnAsync(deadline);
        if (!isPipelined && !mail.IsPositive)
        {
            return OutcomeOfMail(mail);
        }

        AppendAddress("RCPT TO:<", recipient);
        Append(">\r\n");
        var rcpt = isPipelined ? default : await TurnAsync(deadline);
        if (!isPipelined && !rcpt.IsPositive)
        {
            return OutcomeOf(rcpt);
        }

        if (!isBinary)
        {
            Append("DATA\r\n");
        }

        if (isPipelined)
        {
            await FlushAsync(deadline);
            if (resets && await ReadAsync(deadline) is { IsPositive: false } reset)
            {
                throw new FormatException($"the server answered {reset} to RSET");
            }

            mail = await ReadAsync(deadline);
            if (mail.IsClosing)
            {
                return OutcomeOf(mail);
            }

            rcpt = await ReadAsync(deadline);
            if (rcpt.IsClosing)
            {
                return OutcomeOf(rcpt);
            }
        }

        if (isBinary)
        {
            return !mail.IsPositive && isPipelined ? OutcomeOfMail(mail)
                : !rcpt.IsPositive ? OutcomeOf(rcpt)
                : null;
        }

        var data = isPipelined ? await ReadAsync(deadline) : await TurnAsync(deadline);
        if (mail.IsPositive && rcpt.IsPositive)
        {
            return data.Code == 354 ? null : data.IsPositive
                ? throw new FormatException($"the server answered {data} to DATA")
                : OutcomeOf(data);
        }

        if (data.Code == 354 && rcpt.IsPositive)
        {
            // It would take an empty message.
            IsUsable = false;
        }
        else if (data.Code == 354)
        {
            // RFC 2920 section 3.1: it waits for a message though it has nobody to give it to.
            Append(".\r\n");
            await TurnAsync(deadline);
        }

        return mail.IsPositive ? OutcomeOf(rcpt) : OutcomeOfMail(mail);
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
            AppendWithDots(message.Span);
            Append(message.Span.EndsWith("\r\n"u8) ? ".\r\n" : "\r\n.\r\n");
        }

        await FlushAsync(deadline);
    }

    /// <summary>RFC 5321 section 4.5.2: a dot that begins a line is doubled.</summary>
    private void AppendWithDots(ReadOnlySpan<byte> message)
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

    /// <summary>Writes what has been gathered, and waits for one reply.</summary>
    private async Task<SmtpReply> TurnAsync(CancellationTokenSource deadline)
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
        Grow(11);
        Utf8Formatter.TryFormat(number, output.AsSpan(length), out var written);
        length += written;
    }

    private void Append(string text)
    {
        Grow(Encoding.UTF8.GetMaxByteCount(text.Length));
        length += Encoding.UTF8.GetBytes(text, output.AsSpan(length));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Grow(bytes.Length);
        bytes.CopyTo(output.AsSpan(length));
        length += bytes.Length;
    }

    private void Grow(int more)
    {
        if (output.Length - length < more)
        {
            Array.Resize(ref output, Math.Max(output.Length * 2, length + more));
        }
    }
}
