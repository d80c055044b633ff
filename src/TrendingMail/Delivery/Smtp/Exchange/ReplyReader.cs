namespace TrendingMail.Delivery.Smtp.Exchange;

/// <summary>
/// Reads a server's replies (RFC 5321 section 4.2), with limits on their length. Tolerates what some servers and
/// proxies do: blank lines, a missing space after the code, lines that are too long, and text lines without a code in
/// the middle of a reply.
/// </summary>
internal sealed class ReplyReader(Stream stream)
{
    /// <summary>
    /// RFC 5321 section 4.5.3.1.5 limits a reply line to 512 bytes; some servers send longer ones. What exceeds this
    /// limit is skipped.
    /// </summary>
    private const int MaxLineLength = 4096;

    /// <summary>Enough for 10,000 lines.</summary>
    private const int MaxReplyLength = 2 << 20;

    private readonly byte[] buffer = new byte[MaxLineLength];
    private int start;
    private int end;
    private int received;

    /// <summary>Whether more was received than the replies that were read.</summary>
    public bool HasUnread => start < end;

    /// <exception cref="IOException">The connection was closed.</exception>
    /// <exception cref="FormatException">The reply is malformed or too long.</exception>
    public ValueTask<SmtpReply> ReadAsync(CancellationToken cancellationToken) => ReadAsync(null, cancellationToken);

    /// <inheritdoc cref="ReadAsync(CancellationToken)"/>
    /// <param name="texts">Receives the text of each line, if not null.</param>
    public async ValueTask<SmtpReply> ReadAsync(ICollection<string>? texts, CancellationToken cancellationToken)
    {
        ReplyText? text = null;
        SmtpReply? latest = null;
        received = 0;
        while (true)
        {
            int length;
            while ((length = FindLineEnd()) < 0)
            {
                if (!await FillAsync(cancellationToken))
                {
                    // A server that announced a rejection and closed the connection has rejected.
                    return latest is { Code: >= 400 } rejection
                        ? rejection with { Text = text!.ToString() }
                        : throw new EndOfStreamException("the server closed the connection");
                }
            }

            var line = ReplyLine.Parse(buffer.AsSpan(start, length), isContinued: latest is not null);
            await SkipLineAsync(length, cancellationToken);
            if (line is not { } parsed)
            {
                continue;
            }

            texts?.Add(parsed.Text);
            var code = parsed.Code ?? latest!.Value.Code;
            if (parsed.IsLast && latest is null)
            {
                return new SmtpReply(code, parsed.Text);
            }

            text ??= new ReplyText();
            text.Append(parsed.Text);
            latest = new SmtpReply(code, "");
            if (parsed.IsLast)
            {
                return new SmtpReply(code, text.ToString());
            }
        }
    }

    /// <summary>The length of the next line; -1 if it has not been received completely.</summary>
    private int FindLineEnd()
    {
        var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
        return length < 0 && end - start == buffer.Length ? buffer.Length : length;
    }

    private async ValueTask SkipLineAsync(int length, CancellationToken cancellationToken)
    {
        if (length < buffer.Length)
        {
            start += length + 1;
            return;
        }

        do
        {
            start = end;
            if (!await FillAsync(cancellationToken))
            {
                throw new EndOfStreamException("the server closed the connection");
            }
        }
        while ((length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) < 0);

        start += length + 1;
    }

    /// <returns>False if the connection was closed.</returns>
    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        end += read;
        received += read;
        return received > MaxReplyLength ? throw new FormatException("the reply is too long") : read > 0;
    }
}
