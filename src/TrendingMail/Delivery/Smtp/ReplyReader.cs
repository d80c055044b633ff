using System.Text;

namespace TrendingMail.Delivery.Smtp;

/// <summary>Reads a server's replies, and no more of them than a server has reason to send.</summary>
internal sealed class ReplyReader(Stream stream)
{
    /// <summary>RFC 5321 section 4.5.3.1.5 allows a line 512 bytes; some servers take more.</summary>
    private const int LongestLine = 4096;

    private const int MostLines = 100;

    private readonly byte[] buffer = new byte[LongestLine];
    private int start;
    private int end;

    /// <exception cref="IOException">The connection ended.</exception>
    /// <exception cref="FormatException">This is no reply, or one without end.</exception>
    public async ValueTask<SmtpReply> ReadAsync(CancellationToken cancellationToken)
    {
        SmtpReply? first = null;
        for (var lines = 1; lines <= MostLines; lines++)
        {
            int length;
            while ((length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) < 0)
            {
                await FillAsync(cancellationToken);
            }

            var (reply, isLast) = Parse(buffer.AsSpan(start, length), keepText: first is null);
            start += length + 1;
            first ??= reply;
            if (isLast)
            {
                return first.Value;
            }
        }

        throw new FormatException("a reply without end");
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
            throw new FormatException("a reply without end");
        }

        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        if (read == 0)
        {
            throw new EndOfStreamException("the server ended the connection");
        }

        end += read;
    }

    private static (SmtpReply Reply, bool IsLast) Parse(ReadOnlySpan<byte> line, bool keepText)
    {
        line = line.TrimEnd((byte)'\r');
        if (line.Length < 3 || line[0] is < (byte)'2' or > (byte)'5' || !char.IsAsciiDigit((char)line[1])
            || !char.IsAsciiDigit((char)line[2]) || (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-')))
        {
            throw new FormatException("no SMTP reply");
        }

        var code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0');
        return (
            new SmtpReply(code, keepText && line.Length > 4 ? Encoding.UTF8.GetString(line[4..]).Trim() : ""),
            line.Length == 3 || line[3] == (byte)' ');
    }
}
