using System.Globalization;
using System.Text;

namespace TrendingMail.Templates.Text;

/// <summary>Wraps text at word boundaries for a terminal.</summary>
public static class TextWrap
{
    /// <summary>
    /// Wraps to lines of at most <paramref name="width"/> columns, including the indent. A longer word, such as a link,
    /// is never broken; Chinese and Japanese, which have no spaces, break between characters. Lines after the first
    /// begin with <paramref name="indent"/> spaces.
    /// </summary>
    public static string Wrap(string? text, int width, int indent)
    {
        var wrapped = new StringBuilder();
        var column = indent;
        foreach (var word in (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var space = wrapped.Length > 0 ? 1 : 0;
            for (var start = 0; start < word.Length; space = 0)
            {
                var end = FindBreak(word, start);
                var piece = word.AsSpan(start, end - start);
                var columns = CountColumns(piece);
                if (wrapped.Length > 0 && column + space + columns > width)
                {
                    wrapped.Append('\n').Append(' ', indent);
                    column = indent;
                }
                else
                {
                    wrapped.Append(' ', space);
                    column += space;
                }

                wrapped.Append(piece);
                column += columns;
                start = end;
            }
        }

        return wrapped.ToString();
    }

    /// <summary>The end of the piece of a word that stays on one line: all of it, unless Chinese or Japanese.</summary>
    private static int FindBreak(string word, int start)
    {
        var end = start + 1;
        while (end < word.Length && !EastAsianText.CanBreakBetween(word[end - 1], word[end]))
        {
            end++;
        }

        return end;
    }

    /// <summary>Counts terminal columns: two for wide East Asian characters and pictographs.</summary>
    private static int CountColumns(ReadOnlySpan<char> text)
    {
        var columns = 0;
        while (!text.IsEmpty)
        {
            // An unpaired surrogate counts as the replacement character that is written for it.
            Rune.DecodeFromUtf16(text, out var first, out _);
            columns += EastAsianText.IsWide(first.Value) ? 2 : 1;
            text = text[StringInfo.GetNextTextElementLength(text)..];
        }

        return columns;
    }
}
