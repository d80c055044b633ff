namespace TrendingMail.Templates.Text;

/// <summary>Where Chinese and Japanese text, which has no spaces, may be broken and how wide it is.</summary>
internal static class EastAsianText
{
    /// <summary>Punctuation that must not begin a line, after JIS X 4051.</summary>
    private const string NeverFirst = "、。，．・：；？！゛゜ヽヾゝゞ々ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ）」』】〉》〕〗］｝｡｣､”’…‥–—,.;:!?)]}%‰°℃";

    /// <summary>Punctuation that must not end a line.</summary>
    private const string NeverLast = "（「『【〈《〔〖［｛｢“‘([{$£¥￥＄#";

    /// <summary>Whether a character ends a sentence without a space after it.</summary>
    public static bool EndsSentence(char character) => character is '。' or '．' or '！' or '？' or '｡';

    /// <summary>Whether a character closes a quotation or bracket that a sentence may end in.</summary>
    public static bool IsCloser(char character) => character is '」' or '』' or '）' or '】' or '》' or '〉' or '”' or '’';

    /// <summary>Whether a line may end between two characters that no space separates.</summary>
    public static bool CanBreakBetween(char before, char after) =>
        (IsIdeograph(before) || IsIdeograph(after)) && !NeverFirst.Contains(after) && !NeverLast.Contains(before)
        && !char.IsLowSurrogate(after) && !char.IsWhiteSpace(before) && !char.IsWhiteSpace(after)
        && char.GetUnicodeCategory(after) is not (System.Globalization.UnicodeCategory.NonSpacingMark
            or System.Globalization.UnicodeCategory.Format);

    /// <summary>Whether a code point takes two columns of a terminal.</summary>
    public static bool IsWide(int codePoint) => codePoint is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF)
        or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F)
        or (>= 0xFF00 and <= 0xFF60) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);

    /// <summary>Ideographs, kana and their punctuation; Korean separates words by spaces.</summary>
    private static bool IsIdeograph(char character) => character is (>= '\u2E80' and <= '\u312F')
        or (>= '\u3190' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF') or (>= '\uFF01' and <= '\uFF9F')
        or (>= '\uD840' and <= '\uD8BF');
}
