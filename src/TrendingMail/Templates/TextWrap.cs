using System.Globalization;
using System.Text;

namespace TrendingMail.Templates;

/// <summary>Wraps text at word boundaries for a terminal.</summary>
public static class TextWrap
{
    /// <summary>
    /// Wraps to lines of at most <paramref name="width"/> columns, including the indent. A longer word, such as a link,
    /// is never broken. Lines after the first begin with <paramref name="indent"/> spaces.
    /// </summary>
    public static string Wrap(string? text, int width, int indent)
    {
        var wrapped = new StringBuilder();
        var column = indent;
        foreach (var word in (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var columns = CountColumns(word);
            if (wrapped.Length > 0 && column + 1 + columns > width)
            {
                wrapped.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (wrapped.Length > 0)
            {
                wrapped.Append(' ');
                column++;
            }

            wrapped.Append(word);
            column += columns;
        }

        return wrapped.ToString();
    }

    /// <summary>Counts terminal columns: two for wide East Asian characters and pictographs.</summary>
    private static int CountColumns(string word)
    {
        var columns = 0;
        var elements = StringInfo.GetTextElementEnumerator(word);
        while (elements.MoveNext())
        {
            // An unpaired surrogate counts as the replacement character that is written for it.
            Rune.DecodeFromUtf16(elements.GetTextElement(), out var first, out _);
            columns += first.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
                or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60)
                or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD)
                ? 2
                : 1;
        }

        return columns;
    }
}
