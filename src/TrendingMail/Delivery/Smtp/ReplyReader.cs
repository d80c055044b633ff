using System.Text;

namespace TrendingMail.Delivery.Smtp;

/// <summary>Reads a server's replies, with limits on their length.</summary>
internal sealed class ReplyReader(Stream stream)
{
    /// <summary>RFC 5321 section 4.5.3.1.5 limits a reply line to 512 bytes; some servers send longer ones.</summary>
    private const int MaxLineLength = 4096;

    private const int MaxLines = 100;

    private readonly byte[] buffer = new byte[MaxLineLength];
    private int start;
    private int end;

    /// <summary>Whether more was received than the replies that were read.</summary>
    public bool HasUnread => start < end;

    /// <exception cref="IOException">The connection was closed.</exception>
    /// <exception cref="FormatException">The reply is malformed or too long.</exception>
    public ValueTask<SmtpReply> ReadAsync(CancellationToken cancellationToken) => ReadAsync(null, cancellationToken);

    /// <inheritdoc cref="ReadAsync(CancellationToken)"/>
    /// <param name="texts">Receives the text of each line, if not null.</param>
    public async ValueTask<SmtpReply> ReadAsync(ICollection<string>? texts, CancellationToken cancellationToken)
    {
        SmtpReply? first = null;
        for (var lines = 1; lines <= MaxLines; lines++)
        {
            int length;
            while ((length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) < 0)
            {
                await FillAsync(cancellationToken);
            }

            var (reply, isLast) = Parse(buffer.AsSpan(start, length), keepText: first is null || texts is not null);
            start += length + 1;
            texts?.Add(reply.Text);
            first ??= reply;
            if (isLast)
            {
                return first.Value;
            }
        }

        throw new FormatException("the reply is too long");
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length)
        {
            throw new FormatException("the reply is too long");
        }

        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        if (read == 0)
        {
            throw new EndOfStreamException("the server closed the connection");
        }

        end += read;
    }

    private static (SmtpReply Reply, bool IsLast) Parse(ReadOnlySpan<byte> line, bool keepText)
    {
        line = line.TrimEnd((byte)'\r');
        if (line.Length < 3 || line[0] is < (byte)'2' or > (byte)'5' || !char.IsAsciiDigit((char)line[1])
            || !char.IsAsciiDigit((char)line[2]) || (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-')))
        {
            throw new FormatException("not an SMTP reply");
        }

        var code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0');
        return (
            new SmtpReply(code, keepText && line.Length > 4 ? Encoding.UTF8.GetString(line[4..]).Trim() : ""),
            line.Length == 3 || line[3] == (byte)' ');
    }
}
