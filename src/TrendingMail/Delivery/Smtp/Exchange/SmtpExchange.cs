using MailKit.Net.Smtp;

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
        var transaction = SmtpTransaction.For(sender, recipient, message.Span);
        if (transaction.Reject(capabilities, maxSize) is { } rejection)
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

    /// <summary>
    /// Sends MAIL, RCPT and, without CHUNKING, DATA. Returns null if the message may follow.
    /// </summary>
    private Task<Outcome?> SendEnvelopeAsync(SmtpTransaction transaction, CancellationTokenSource deadline)
    {
        var resets = needsReset;
        needsReset = true;
        output.Clear();
        return capabilities.HasFlag(SmtpCapabilities.Pipelining)
            ? SendPipelinedAsync(resets, transaction, deadline)
            : SendStepwiseAsync(resets, transaction, deadline);
    }

    private async Task<Outcome?> SendStepwiseAsync(
        bool resets, SmtpTransaction transaction, CancellationTokenSource deadline)
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
        bool resets, SmtpTransaction transaction, CancellationTokenSource deadline)
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

    private void AppendMail(SmtpTransaction transaction)
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
}
