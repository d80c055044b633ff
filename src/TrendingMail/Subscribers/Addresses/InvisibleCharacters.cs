using System.Buffers;
using System.Globalization;
using System.Text;

namespace TrendingMail.Subscribers.Addresses;

/// <summary>
/// Characters that a person cannot see, so that two texts with and without them look alike: the Unicode property
/// Default_Ignorable_Code_Point (which includes bidirectional controls and tags), format characters and blank symbols.
/// </summary>
public static class InvisibleCharacters
{
    private const int BrailleBlank = 0x2800;

    /// <summary>Quotation marks that word processors and mail programs put around pasted text.</summary>
    private static readonly SearchValues<char> Quotes = SearchValues.Create("“”„‟‘’‚‛«»‹›「」『』＂＇");

    /// <summary>Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt, as ranges.</summary>
    private static readonly (int First, int Last)[] DefaultIgnorable =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
        (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    public static bool Contains(Rune rune) => !rune.IsAscii &&
        (rune.Value == BrailleBlank ||
            Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control ||
            Array.Exists(DefaultIgnorable, range => rune.Value >= range.First && rune.Value <= range.Last));

    /// <summary>Finds the first invisible character of a text.</summary>
    public static Rune? FindIn(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text))
        {
            return null;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (Contains(rune))
            {
                return rune;
            }
        }

        return null;
    }

    /// <summary>
    /// Removes what copying and pasting adds around a text: white space, invisible characters and typographic quotation
    /// marks, and straight quotation marks or angle brackets that enclose the whole text.
    /// </summary>
    public static ReadOnlySpan<char> TrimPasted(ReadOnlySpan<char> text)
    {
        while (true)
        {
            var trimmed = TrimEnds(text);
            if (trimmed is ['"', .., '"'] or ['\'', .., '\''] or ['<', .., '>'])
            {
                trimmed = trimmed[1..^1];
            }

            if (trimmed.Length == text.Length)
            {
                return trimmed;
            }

            text = trimmed;
        }
    }

    private static ReadOnlySpan<char> TrimEnds(ReadOnlySpan<char> text)
    {
        while (Rune.DecodeFromUtf16(text, out var first, out var length) == OperationStatus.Done && IsPasted(first))
        {
            text = text[length..];
        }

        while (Rune.DecodeLastFromUtf16(text, out var last, out var length) == OperationStatus.Done && IsPasted(last))
        {
            text = text[..^length];
        }

        return text;
    }

    private static bool IsPasted(Rune rune) =>
        Rune.IsWhiteSpace(rune) || Contains(rune) || (rune.IsBmp && Quotes.Contains((char)rune.Value));
}
