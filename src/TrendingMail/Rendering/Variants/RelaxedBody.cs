using System.Buffers;

namespace TrendingMail.Rendering.Variants;

/// <summary>
/// A body as DKIM hashes it, "relaxed" (RFC 6376 section 3.4.4): runs of blanks are one space, blanks at line ends and empty
/// lines at the body's end are not there.
/// </summary>
public static class RelaxedBody
{
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t"u8);

    /// <summary>Appends whole lines as they are hashed. Empty lines stay: whether they end the body is known at its end.</summary>
    /// <param name="lines">Each ends with CRLF.</param>
    public static void Append(ReadOnlySpan<byte> lines, WireBuffer output)
    {
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf("\r\n"u8);
            var line = end < 0 ? lines : lines[..end];
            lines = end < 0 ? [] : lines[(end + 2)..];
            AppendLine(line, output);
        }
    }

    /// <summary>Takes away the empty lines at the end of a whole body.</summary>
    public static void End(WireBuffer body)
    {
        while (body.Written.EndsWith("\r\n\r\n"u8))
        {
            body.Truncate(body.Length - 2);
        }

        if (body.Written.SequenceEqual("\r\n"u8))
        {
            body.Truncate(0);
        }
    }

    private static void AppendLine(ReadOnlySpan<byte> line, WireBuffer output)
    {
        line = line.TrimEnd(" \t"u8);
        while (line.IndexOfAny(Blanks) is var at and >= 0)
        {
            output.Append(line[..at]);
            output.Append((byte)' ');
            line = line[at..].TrimStart(" \t"u8);
        }

        output.Append(line);
        output.Append("\r\n"u8);
    }
}
