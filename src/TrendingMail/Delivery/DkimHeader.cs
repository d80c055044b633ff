using System.Buffers;
using System.Text;
using TrendingMail.Rendering;

namespace TrendingMail.Delivery;

/// <summary>A mail's header as DKIM signs it: which fields, in which order, "relaxed" (RFC 6376 section 3.4.2).</summary>
internal static class DkimHeader
{
    /// <summary>
    /// All that receivers show, thread or act by. Each name is listed once more than the mail has it, so that none can be
    /// added later (RFC 6376 section 8.15).
    /// </summary>
    private static readonly string[] Signed =
    [
        "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Archive", "List-Help",
        "Auto-Submitted", "Feedback-ID",
    ];

    private static readonly byte[][] Names = [.. Signed.Select(name => Encoding.ASCII.GetBytes(name.ToLowerInvariant()))];

    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n"u8);

    /// <summary>The value of <c>h</c> for the names that a mail has; mails of a kind have the same ones.</summary>
    private static volatile Tuple<int, byte[]> latest = Tuple.Create(0, ListOf(0));

    /// <summary>Appends the signed fields in the order of the list, and an empty line's nothing after them.</summary>
    /// <param name="header">Whole fields, each with its CRLF.</param>
    /// <returns>The value of the tag <c>h</c>, folded.</returns>
    /// <exception cref="InvalidOperationException">A field that may stand in a mail once stands there twice.</exception>
    public static ReadOnlySpan<byte> Append(ReadOnlySpan<byte> header, WireBuffer output)
    {
        Span<Range> found = stackalloc Range[Names.Length];
        var present = 0;
        for (var start = 0; start < header.Length;)
        {
            var end = EndOfField(header, start);
            if (Find(header[start..end]) is var name and >= 0)
            {
                found[name] = (present & (1 << name)) == 0
                    ? start..end
                    : throw new InvalidOperationException($"A mail was made with two fields {Signed[name]}.");
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
            latest = Tuple.Create(present, ListOf(present));
        }

        return latest.Item2;
    }

    /// <summary>Appends a field as it is signed, without a line's end.</summary>
    public static void AppendField(ReadOnlySpan<byte> field, WireBuffer output)
    {
        var colon = field.IndexOf((byte)':');
        var room = output.Room(field.Length);
        Ascii.ToLower(field[..colon].TrimEnd(" \t"u8), room, out var name);
        output.Advance(name);
        output.Append((byte)':');
        var value = field[(colon + 1)..].Trim(" \t\r\n"u8);
        while (value.IndexOfAny(Blanks) is var at and >= 0)
        {
            output.Append(value[..at]);
            output.Append((byte)' ');
            value = value[at..].TrimStart(" \t\r\n"u8);
        }

        output.Append(value);
    }

    private static int EndOfField(ReadOnlySpan<byte> header, int start)
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

    private static int Find(ReadOnlySpan<byte> field)
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

    private static byte[] ListOf(int present)
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
