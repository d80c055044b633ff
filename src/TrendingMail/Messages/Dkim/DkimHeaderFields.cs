using System.Buffers;
using System.Text;
using TrendingMail.Messages.Mime;

namespace TrendingMail.Messages.Dkim;

/// <summary>
/// The header as DKIM signs it: selected fields with "relaxed" canonicalization (RFC 6376 section 3.4.2).
/// </summary>
internal static class DkimHeaderFields
{
    /// <summary>
    /// All fields that receivers display, thread by or act on. Each is listed once more than it occurs, so that none
    /// can be added later (RFC 6376 section 8.15).
    /// </summary>
    private static readonly string[] Signed =
    [
        "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
        "List-Archive", "List-Help",
        "Auto-Submitted", "Feedback-ID",
    ];

    private static readonly byte[][] Names =
        [.. Signed.Select(name => Encoding.ASCII.GetBytes(name.ToLowerInvariant()))];

    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);

    /// <summary>
    /// The latest value of the <c>h</c> tag, by the fields present; consecutive messages usually have the same.
    /// </summary>
    private static volatile Tuple<int, byte[]> latest = Tuple.Create(0, FormatFieldList(0));

    /// <summary>Appends the signed fields in the order of the <c>h</c> tag.</summary>
    /// <param name="header">Complete fields, each with its CRLF.</param>
    /// <returns>The folded value of the <c>h</c> tag.</returns>
    /// <exception cref="InvalidOperationException">A signed field occurs more than once.</exception>
    public static ReadOnlySpan<byte> AppendSigned(ReadOnlySpan<byte> header, WireBuffer output)
    {
        Span<Range> found = stackalloc Range[Names.Length];
        var present = 0;
        for (var start = 0; start < header.Length;)
        {
            var end = FindFieldEnd(header, start);
            if (FindSigned(header[start..end]) is var name and >= 0)
            {
                found[name] = (present & (1 << name)) == 0
                    ? start..end
                    : throw new InvalidOperationException($"The message has more than one {Signed[name]} field.");
                present |= 1 << name;
            }

            start = end;
        }

        for (var name = 0; name < Names.Length; name++)
        {
            if ((present & (1 << name)) != 0)
            {
                AppendField(header[found[name]], output);
                output.Append("\r\n"u8);
            }
        }

        if (latest.Item1 != present)
        {
            latest = Tuple.Create(present, FormatFieldList(present));
        }

        return latest.Item2;
    }

    /// <summary>Appends a field in relaxed canonicalization, without CRLF.</summary>
    public static void AppendField(ReadOnlySpan<byte> field, WireBuffer output)
    {
        var colon = field.IndexOf((byte)':');
        var buffer = output.GetSpan(field.Length);
        Ascii.ToLower(field[..colon].TrimEnd(" \t"u8), buffer, out var name);
        output.Advance(name);
        output.Append((byte)':');
        var value = field[(colon + 1)..].Trim(" \t\r\n"u8);
        while (value.IndexOfAny(WhiteSpace) is var at and >= 0)
        {
            output.Append(value[..at]);
            output.Append((byte)' ');
            value = value[at..].TrimStart(" \t\r\n"u8);
        }

        output.Append(value);
    }

    private static int FindFieldEnd(ReadOnlySpan<byte> header, int start)
    {
        var end = start;
        do
        {
            var line = header[end..].IndexOf((byte)'\n');
            end = line < 0 ? header.Length : end + line + 1;
        }
        while (end < header.Length && header[end] is (byte)' ' or (byte)'\t');

        return end;
    }

    private static int FindSigned(ReadOnlySpan<byte> field)
    {
        var name = field[..Math.Max(0, field.IndexOf((byte)':'))];
        for (var i = 0; i < Names.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(name, Names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static byte[] FormatFieldList(int present)
    {
        var list = new StringBuilder();
        var column = 0;
        for (var i = 0; i < Signed.Length; i++)
        {
            for (var times = (present >> i) & 1; times >= 0; times--)
            {
                list.Append(list.Length > 0 ? ":" : "");
                column += Signed[i].Length + 1;
                if (column > 72)
                {
                    list.Append("\r\n ");
                    column = Signed[i].Length + 1;
                }

                list.Append(Signed[i]);
            }
        }

        return Encoding.ASCII.GetBytes(list.ToString());
    }
}
