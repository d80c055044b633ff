using System.Globalization;
using System.Text;

namespace TrendingMail.Papers.Search;

/// <summary>
/// Splits and folds words as the full-text index does: runs of letters and digits, without case and diacritics. Follows
/// SQLite's <c>unicode61 remove_diacritics 2</c>, so that highlighting agrees with matching.
/// </summary>
internal static class WordTokenizer
{
    /// <summary>Longer words are truncated; the index would keep them, but nobody types them.</summary>
    private const int MaximumLength = 64;

    /// <summary>The words of a text, in their original spelling.</summary>
    public static List<string> Split(string text)
    {
        var words = new List<string>();
        for (var position = 0; NextWord(text, ref position, out var start);)
        {
            words.Add(text[start..Math.Min(position, start + MaximumLength)]);
        }

        return words;
    }

    /// <summary>Finds the next word at or after a position, and advances the position past it.</summary>
    public static bool NextWord(ReadOnlySpan<char> text, ref int position, out int start)
    {
        while (position < text.Length && SignedLength(text[position..], inWord: false) is var gap and < 0)
        {
            position -= gap;
        }

        start = position;
        while (position < text.Length)
        {
            var character = text[position];
            if (char.IsAsciiLetterOrDigit(character))
            {
                position++;
            }
            else if (!char.IsAscii(character) && SignedLength(text[position..], inWord: true) is var length and > 0)
            {
                position += length;
            }
            else
            {
                break;
            }
        }

        return position > start;
    }

    /// <summary>Writes a word as UTF-8 in lower case without diacritics; returns the number of bytes.</summary>
    public static int Fold(ReadOnlySpan<char> word, Span<byte> folded)
    {
        var count = Math.Min(word.Length, folded.Length);
        for (var i = 0; i < count; i++)
        {
            if (!char.IsAscii(word[i]))
            {
                return FoldUnicode(word[..count], folded);
            }

            folded[i] = (byte)char.ToLowerInvariant(word[i]);
        }

        return count;
    }

    private static int FoldUnicode(ReadOnlySpan<char> word, Span<byte> folded)
    {
        string plain;
        try
        {
            plain = word.ToString().Normalize(NormalizationForm.FormD);
        }
        catch (ArgumentException)
        {
            // An unpaired surrogate.
            plain = word.ToString();
        }

        var count = 0;
        foreach (var rune in plain.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark
                && Rune.ToLowerInvariant(rune).TryEncodeToUtf8(folded[count..], out var bytes))
            {
                count += bytes;
            }
        }

        return count;
    }

    /// <summary>The length of the text's first character: positive if part of a word, negative if not.</summary>
    private static int SignedLength(ReadOnlySpan<char> text, bool inWord)
    {
        if (char.IsAscii(text[0]))
        {
            return char.IsAsciiLetterOrDigit(text[0]) ? 1 : -1;
        }

        Rune.DecodeFromUtf16(text, out var rune, out var length);
        var isWordCharacter = Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => true,
            UnicodeCategory.NonSpacingMark => inWord,
            _ => false,
        };
        return isWordCharacter ? length : -length;
    }
}
