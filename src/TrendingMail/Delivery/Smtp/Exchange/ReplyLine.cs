using System.Buffers;
using System.Text;

namespace TrendingMail.Delivery.Smtp.Exchange;

/// <summary>One line of a reply.</summary>
/// <param name="Code">Null if the line has only text, in the middle of a reply.</param>
internal readonly record struct ReplyLine(int? Code, string Text, bool IsLast)
{
    private const int CodeLength = 3;

    /// <summary>Characters that must not reach a log or terminal: C0, DEL and C1.</summary>
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(c => (char)c)]);

    /// <param name="line">Without LF.</param>
    /// <param name="isContinued">Whether earlier lines of the reply announced this one.</param>
    /// <returns>Null if the line is blank.</returns>
    /// <exception cref="FormatException">The line is no reply.</exception>
    public static ReplyLine? Parse(ReadOnlySpan<byte> line, bool isContinued)
    {
        line = line.Trim(" \t\r\0"u8);
        if (line.IsEmpty)
        {
            return null;
        }

        if (!HasCode(line))
        {
            return isContinued
                ? new ReplyLine(null, Decode(line), IsLast: false)
                : throw new FormatException("not an SMTP reply");
        }

        var code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0');
        var isLast = line.Length == CodeLength || line[CodeLength] != (byte)'-';
        return new ReplyLine(code, Decode(line[(isLast ? CodeLength : CodeLength + 1)..]), isLast);
    }

    /// <summary>Whether a line begins with a code that no digit follows.</summary>
    private static bool HasCode(ReadOnlySpan<byte> line) =>
        line.Length >= CodeLength && line[0] is >= (byte)'2' and <= (byte)'5' &&
        char.IsAsciiDigit((char)line[1]) && char.IsAsciiDigit((char)line[2]) &&
        (line.Length == CodeLength || !char.IsAsciiDigit((char)line[CodeLength]));

    private static string Decode(ReadOnlySpan<byte> text)
    {
        var decoded = Encoding.UTF8.GetString(text.Trim((byte)' '));
        return decoded.AsSpan().ContainsAny(Controls)
            ? string.Concat(decoded.Select(c => Controls.Contains(c) ? ' ' : c)).Trim()
            : decoded;
    }
}
