using System.Globalization;
using System.Text;

namespace TrendingMail.Subscribers.Addresses;

/// <summary>
/// The domain of an address: IDNA in both directions, and the checks that the platform's mapping omits.
/// </summary>
internal static class DomainName
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <param name="ascii">The domain in lower case, with A-labels (punycode).</param>
    /// <param name="unicode">The same domain with U-labels.</param>
    public static bool TryParse(string domain, out string ascii, out string unicode)
    {
        ascii = unicode = "";
        try
        {
            ascii = Idn.GetAscii(domain).ToLowerInvariant();
            unicode = ascii.Contains("xn--", StringComparison.Ordinal) ? Idn.GetUnicode(ascii) : ascii;
        }
        catch (ArgumentException)
        {
            return false;
        }

        return Ascii.IsValid(unicode) || IsDisplayable(unicode);
    }

    /// <summary>Whether the domain has several labels, the last of which can be a top-level domain.</summary>
    public static bool IsComplete(string ascii)
    {
        var last = ascii[(ascii.LastIndexOf('.') + 1)..];
        return last.Length < ascii.Length && !last.All(char.IsAsciiDigit) && (last.Length < 4 || last[2..4] != "--" ||
            last.StartsWith("xn--", StringComparison.Ordinal));
    }

    /// <summary>
    /// Whether the domain consists of characters that a person can see, its last label only of those that IDNA 2008
    /// allows (RFC 5892). Registries of some top-level domains accept symbols in the labels before it.
    /// </summary>
    private static bool IsDisplayable(string unicode)
    {
        var last = unicode.LastIndexOf('.') + 1;
        return unicode[last..].EnumerateRunes().All(IsIdnaCharacter) &&
            unicode[..last].EnumerateRunes().All(rune => rune.Value == '.' || IsIdnaCharacter(rune) ||
                (Rune.IsSymbol(rune) && !InvisibleCharacters.Contains(rune)));
    }

    /// <summary>Letters, marks and digits, and the punctuation of RFC 5892 section 2.6 and appendix A.</summary>
    private static bool IsIdnaCharacter(Rune rune) => !InvisibleCharacters.Contains(rune) &&
        (rune.Value is '-' or 0x00B7 or 0x0375 or 0x05F3 or 0x05F4 or 0x0F0B or 0x30FB ||
            Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or
                UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark
                    or UnicodeCategory.SpacingCombiningMark or
                UnicodeCategory.DecimalDigitNumber);
}
