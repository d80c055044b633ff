using System.Text;
using MailKit.Net.Smtp;
using TrendingMail.Configuration;

namespace TrendingMail.Delivery.Smtp.Exchange;

/// <summary>
/// Sends messages on an established connection: MAIL, RCPT, and DATA or BDAT (RFC 5321, RFC 2920, RFC 3030), with as
/// few round trips as the server allows. It does not use MailKit because it must be cheap, and must know exactly
/// whether a server that stopped responding can have accepted a message.
/// </summary>
internal sealed class SmtpExchange
{
    private readonly Stream stream;
    private readonly ReplyReader replies;
    private readonly SmtpCapabilities capabilities;
    private readonly uint maxSize;
    private readonly SmtpOptions server;
    private readonly CommandBuffer output = new();
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

    private bool IsChunking => capabilities.HasFlag(SmtpCapabilities.Chunking);

    /// <param name="message">7-bit, with CRLF line endings, and not dot-stuffed.</param>
    public async Task<Outcome> SendAsync(
        string sender, string recipient, ReadOnlyMemory<byte> message, CancellationToken stop)
    {
        var transaction = new Transaction(
            sender, recipient, message.Length, NeedsSmtpUtf8(sender, recipient, message.Span));
        if (RejectLocally(transaction) is { } rejection)
        {
            return rejection;
        }

        // A server accepts a message only after its end (RFC 5321 section 4.1.1.4). A fault before all of it was sent
        // means that it was not accepted; after a later fault it may have been.
        var isFullySent = false;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            if (await SendEnvelopeAsync(transaction, deadline) is { } outcome)
            {
                return Track(outcome);
            }

            await WriteMessageAsync(message, deadline);
            isFullySent = true;
            return Track(ReplyOutcome.From(await ReadAsync(deadline, server.DataTerminationTimeout)));
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
            output.Clear();
            output.Append("RSET\r\n");
            needsReset = false;
            IsUsable = (await ExchangeAsync(deadline)).IsPositive;
        }
        catch (Exception e) when (
            e is IOException or FormatException
            || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            IsUsable = false;
        }

        return IsUsable;
    }

    private Outcome Track(Outcome outcome)
    {
        IsUsable &= outcome is not Outcome.Unreachable;
        return outcome;
    }

    private Outcome? RejectLocally(Transaction transaction)
    {
        if (!IsAddress(transaction.Sender))
        {
            return new Outcome.Unreachable("the address of the sender is not valid in SMTP; check Mail:BounceAddress");
        }

        if (!IsAddress(transaction.Recipient))
        {
            return new Outcome.Rejected("553 5.1.3 the address is not valid in SMTP");
        }

        if (transaction.IsUtf8 && !capabilities.HasFlag(SmtpCapabilities.UTF8))
        {
            return new Outcome.Rejected(
                "553 5.6.7 the server does not support internationalized addresses (no SMTPUTF8)")
            {
                MayFitElsewhere = true,
            };
        }

        return maxSize > 0 && transaction.Size > maxSize
            ? new Outcome.Rejected($"552 5.3.4 the server accepts messages of up to {maxSize} bytes")
            {
                MayFitElsewhere = true,
            }
            : null;
    }

    private static bool IsAddress(string address) =>
        address.AsSpan().IndexOfAny("<>") < 0 && !address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && InternetName.TryToAscii(address, out _);

    /// <summary>
    /// Whether the envelope or the header has what only SMTPUTF8 allows (RFC 6531). The domain of an address is sent in
    /// ASCII, and the body is 7-bit.
    /// </summary>
    private static bool NeedsSmtpUtf8(string sender, string recipient, ReadOnlySpan<byte> message)
    {
        var end = message.IndexOf("\r\n\r\n"u8);
        return !Ascii.IsValid(LocalPart(recipient)) || !Ascii.IsValid(LocalPart(sender))
            || !Ascii.IsValid(end < 0 ? message : message[..end]);
    }

    private static ReadOnlySpan<char> LocalPart(string address) =>
        address.AsSpan(0, Math.Max(address.LastIndexOf('@'), 0));

    /// <summary>
    /// Sends MAIL, RCPT and, without CHUNKING, DATA. Returns null if the message may follow.
    /// </summary>
    private Task<Outcome?> SendEnvelopeAsync(Transaction transaction, CancellationTokenSource deadline)
    {
        var resets = needsReset;
        needsReset = true;
        output.Clear();
        return capabilities.HasFlag(SmtpCapabilities.Pipelining)
            ? SendPipelinedAsync(resets, transaction, deadline)
            : SendStepwiseAsync(resets, transaction, deadline);
    }

    private async Task<Outcome?> SendStepwiseAsync(
        bool resets, Transaction transaction, CancellationTokenSource deadline)
    {
        if (resets)
        {
            output.Append("RSET\r\n");
            ExpectReset(await ExchangeAsync(deadline));
        }

        AppendMail(transaction);
        if (await ExchangeAsync(deadline) is { IsPositive: false } mail)
        {
            return ReplyOutcome.FromMail(mail, transaction.IsUtf8);
        }

        AppendRcpt(transaction.Recipient);
        if (await ExchangeAsync(deadline) is { IsPositive: false } rcpt)
        {
            return ReplyOutcome.From(rcpt);
        }

        if (IsChunking)
        {
            return null;
        }

        output.Append("DATA\r\n");
        return ReplyOutcome.FromData(await ExchangeAsync(deadline));
    }

    /// <summary>Sends all commands at once (RFC 2920), so that the envelope takes one round trip.</summary>
    private async Task<Outcome?> SendPipelinedAsync(
        bool resets, Transaction transaction, CancellationTokenSource deadline)
    {
        output.Append(resets ? "RSET\r\n" : "");
        AppendMail(transaction);
        AppendRcpt(transaction.Recipient);
        output.Append(IsChunking ? "" : "DATA\r\n");
        await FlushAsync(deadline);
        if (resets)
        {
            ExpectReset(await ReadAsync(deadline));
        }

        var mail = await ReadAsync(deadline);
        if (mail.IsClosing)
        {
            return ReplyOutcome.From(mail);
        }

        var rcpt = await ReadAsync(deadline);
        if (rcpt.IsClosing)
        {
            return ReplyOutcome.From(rcpt);
        }

        SmtpReply? data = IsChunking ? null : await ReadAsync(deadline);
        if (mail.IsPositive && rcpt.IsPositive)
        {
            return data is { } reply ? ReplyOutcome.FromData(reply) : null;
        }

        if (data is { Code: 354 })
        {
            await CancelDataAsync(rcpt, deadline);
        }

        return mail.IsPositive
            ? ReplyOutcome.From(rcpt)
            : ReplyOutcome.FromMail(mail, transaction.IsUtf8);
    }

    private static void ExpectReset(SmtpReply reply)
    {
        if (!reply.IsPositive)
        {
            throw new FormatException($"the server replied {reply} to RSET");
        }
    }

    /// <summary>
    /// Ends the transaction when the server waits for a message although it rejected the sender or the recipient
    /// (RFC 2920 section 3.1).
    /// </summary>
    private async ValueTask CancelDataAsync(SmtpReply rcpt, CancellationTokenSource deadline)
    {
        if (rcpt.IsPositive)
        {
            // The server would accept an empty message, so the transaction cannot be ended on this connection.
            IsUsable = false;
            return;
        }

        output.Append(".\r\n");
        await ExchangeAsync(deadline);
    }

    private void AppendMail(Transaction transaction)
    {
        output.Append("MAIL FROM:<");
        output.AppendAddress(transaction.Sender);
        output.Append(">");
        if (capabilities.HasFlag(SmtpCapabilities.Size))
        {
            output.Append(" SIZE=");
            output.Append(transaction.Size);
        }

        output.Append(transaction.IsUtf8 ? " SMTPUTF8\r\n" : "\r\n");
    }

    private void AppendRcpt(string recipient)
    {
        output.Append("RCPT TO:<");
        output.AppendAddress(recipient);
        output.Append(">\r\n");
    }

    private ValueTask WriteMessageAsync(ReadOnlyMemory<byte> message, CancellationTokenSource deadline)
    {
        output.Clear();
        if (IsChunking)
        {
            output.Append("BDAT ");
            output.Append(message.Length);
            output.Append(" LAST\r\n");
            output.Append(message.Span);
        }
        else
        {
            output.AppendDotStuffed(message.Span);
        }

        return FlushAsync(deadline);
    }

    /// <summary>Flushes the pending commands and reads one reply.</summary>
    private async ValueTask<SmtpReply> ExchangeAsync(CancellationTokenSource deadline)
    {
        await FlushAsync(deadline);
        return await ReadAsync(deadline);
    }

    private async ValueTask FlushAsync(CancellationTokenSource deadline)
    {
        deadline.CancelAfter(server.Timeout);
        await stream.WriteAsync(output.Written, deadline.Token);
        await stream.FlushAsync(deadline.Token);
        output.Clear();
    }

    private ValueTask<SmtpReply> ReadAsync(CancellationTokenSource deadline) => ReadAsync(deadline, server.Timeout);

    private ValueTask<SmtpReply> ReadAsync(CancellationTokenSource deadline, TimeSpan timeout)
    {
        deadline.CancelAfter(timeout);
        return replies.ReadAsync(deadline.Token);
    }

    /// <param name="IsUtf8">Whether the message needs SMTPUTF8.</param>
    private readonly record struct Transaction(string Sender, string Recipient, int Size, bool IsUtf8);
}
