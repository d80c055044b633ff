using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace TrendingMail.Papers.Search;

/// <summary>
/// Splits texts into words, runs of letters and digits, and folds them to the form in which they are indexed, queried
/// and highlighted.
/// </summary>
internal static class WordTokenizer
{
    /// <summary>Longer words are truncated, when they are indexed as when they are searched.</summary>
    private const int MaximumLength = 64;

    private const int MaximumFoldedLength = 4 * MaximumLength;

    /// <summary>Letters that Unicode does not decompose, as people without that key type them.</summary>
    private static readonly FrozenDictionary<int, string> Letters = new Dictionary<int, string>
    {
        ['ł'] = "l", ['ø'] = "o", ['đ'] = "d", ['ð'] = "d", ['þ'] = "th", ['æ'] = "ae", ['œ'] = "oe", ['ß'] = "ss",
        ['ı'] = "i", ['ħ'] = "h", ['ŧ'] = "t", ['ŋ'] = "n",
    }.ToFrozenDictionary();

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

    /// <summary>The words of a text, folded and separated by spaces: what the full-text index is given.</summary>
    public static string FoldText(string text)
    {
        var folded = new StringBuilder(text.Length);
        Span<byte> buffer = stackalloc byte[MaximumFoldedLength];
        Span<char> characters = stackalloc char[MaximumFoldedLength];
        for (var position = 0; NextWord(text, ref position, out var start);)
        {
            var length = Fold(text.AsSpan(start, position - start), buffer);
            var count = Encoding.UTF8.GetChars(buffer[..length], characters);
            if (count > 0)
            {
                folded.Append(folded.Length > 0 ? " " : "").Append(characters[..count]);
            }
        }

        return folded.ToString();
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

    /// <summary>
    /// Writes a word as UTF-8 in lower case without diacritics, and superscripts and letterlike symbols as the plain
    /// characters that people type: "ℓ₂" as "l2". Returns the number of bytes.
    /// </summary>
    public static int Fold(ReadOnlySpan<char> word, Span<byte> folded)
    {
        var count = Math.Min(Math.Min(word.Length, MaximumLength), folded.Length);
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
            plain = word.ToString().Normalize(NormalizationForm.FormKD);
        }
        catch (ArgumentException)
        {
            // An unpaired surrogate.
            plain = word.ToString();
        }

        var count = 0;
        if (GreekLetters.FindVariable(plain) is { } name)
        {
            count = Append(name, folded);
            plain = plain[1..];
        }

        foreach (var rune in plain.EnumerateRunes())
        {
            var lower = Rune.ToLowerInvariant(rune);
            if (Letters.TryGetValue(lower.Value, out var letters))
            {
                count += Append(letters, folded[count..]);
            }
            else if (Rune.IsLetterOrDigit(lower) && lower.TryEncodeToUtf8(folded[count..], out var bytes))
            {
                count += bytes;
            }
        }

        return count;
    }

    private static int Append(string letters, Span<byte> folded) =>
        Encoding.UTF8.TryGetBytes(letters, folded, out var bytes) ? bytes : 0;

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
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber =>
                    true,
            UnicodeCategory.NonSpacingMark => inWord,
            _ => false,
        };
        return isWordCharacter ? length : -length;
    }
}
