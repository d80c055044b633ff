using System.Globalization;
using System.Text;

namespace TrendingMail.Papers.Search.Words;

/// <summary>What a character means for the division of a text into words.</summary>
internal enum CharacterKind
{
    /// <summary>Separates words.</summary>
    None,

    Letter,

    Digit,

    /// <summary>A character of a script that writes words without spaces between them.</summary>
    Unspaced,

    /// <summary>Belongs to the character before it: a diacritic, or invisible, such as a soft hyphen.</summary>
    Mark,
}

/// <summary>Classifies the characters of a text.</summary>
internal static class CharacterClass
{
    /// <summary>Thai, the first script without spaces.</summary>
    private const int FirstUnspaced = 0x0E00;

    /// <summary>
    /// Blocks of scripts without spaces between words, and of Hangul, whose words carry particles:
    /// https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt.
    /// </summary>
    private static readonly (int First, int Last)[] UnspacedBlocks =
    [
        (0x0E00, 0x0EFF), // Thai, Lao
        (0x1000, 0x109F), // Myanmar
        (0x1100, 0x11FF), // Hangul Jamo
        (0x1780, 0x17FF), // Khmer
        (0x3005, 0x3007), // Iteration mark, ideographic zero
        (0x3041, 0x31FF), // Kana, Bopomofo, Hangul Compatibility Jamo
        (0x3400, 0x4DBF), // CJK Extension A
        (0x4E00, 0x9FFF), // CJK Unified Ideographs
        (0xA960, 0xA97F), // Hangul Jamo Extended-A
        (0xA9E0, 0xA9FF), // Myanmar Extended-B
        (0xAA60, 0xAA7F), // Myanmar Extended-A
        (0xAC00, 0xD7FF), // Hangul Syllables
        (0xF900, 0xFAFF), // CJK Compatibility Ideographs
        (0xFF66, 0xFFDC), // Halfwidth Kana and Hangul
        (0x1AFF0, 0x1B16F), // Kana extensions
        (0x20000, 0x3FFFF), // CJK Extensions B and later
    ];

    /// <summary>The kind of the character that begins at an index, and its length in UTF-16.</summary>
    public static CharacterKind At(ReadOnlySpan<char> text, int index, out int length)
    {
        var first = text[index];
        if (char.IsAscii(first))
        {
            length = 1;
            return char.IsAsciiLetter(first) ? CharacterKind.Letter
                : char.IsAsciiDigit(first) ? CharacterKind.Digit
                : CharacterKind.None;
        }

        Rune.DecodeFromUtf16(text[index..], out var rune, out length);
        return Classify(rune);
    }

    private static CharacterKind Classify(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        // Apostrophes and the like separate words, as ' does; the halfwidth voicing marks of kana do not.
        UnicodeCategory.ModifierLetter when rune.Value is >= 0x02BB and <= 0x02BD => CharacterKind.None,
        UnicodeCategory.ModifierLetter when rune.Value is 0xFF9E or 0xFF9F => CharacterKind.Mark,
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber =>
                IsUnspaced(rune.Value) ? CharacterKind.Unspaced : CharacterKind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.OtherNumber => CharacterKind.Digit,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark =>
            CharacterKind.Mark,
        UnicodeCategory.Format when rune.Value is 0x00AD or 0x200C or 0x200D or 0x2060 or 0xFEFF => CharacterKind.Mark,
        _ => CharacterKind.None,
    };

    private static bool IsUnspaced(int value)
    {
        if (value >= FirstUnspaced)
        {
            foreach (var (first, last) in UnspacedBlocks)
            {
                if (value <= last)
                {
                    return value >= first;
                }
            }
        }

        return false;
    }
}
