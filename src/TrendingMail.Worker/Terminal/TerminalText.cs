using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TrendingMail.Worker.Terminal;

/// <summary>
/// Makes text from outside, such as a mail server's reply, safe for a terminal and a log: an escape sequence could
/// rewrite the screen, a line break could forge a line, a direction control could show another text.
/// </summary>
internal static partial class TerminalText
{
    /// <summary>The longest message that a log keeps; a server may reply with megabytes.</summary>
    private const int MaximumLogLength = 16 << 10;

    /// <summary>The longest text element that a masked address keeps.</summary>
    private const int MaximumFirst = 8;

    /// <summary>
    /// Replaces control characters other than line breaks and tabs, direction controls and line separators by their
    /// <c>\u</c> escape, which JSON reads as the same character.
    /// </summary>
    public static string Escape(string text) => Escape(text, letter => letter is not ('\n' or '\t'));

    /// <summary>One line for a log: as <see cref="Escape(string)"/>, without line breaks, addresses masked.</summary>
    public static string ForLog(string text)
    {
        var kept = text.Length > MaximumLogLength ? $"{text.AsSpan(0, MaximumLogLength)}…" : text;
        return Addresses().Replace(
            Escape(LineBreaks().Replace(kept, " "), _ => true),
            match => $"{GetFirst(match.Groups["local"].Value)}…{match.Groups["domain"].Value}");
    }

    private static string Escape(string text, Func<char, bool> mayEscape)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            _ = IsUnsafe(letter) && mayEscape(letter)
                ? safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}") : safe.Append(letter);
        }

        return safe.ToString();
    }

    private static bool IsUnsafe(char letter) => char.IsControl(letter) || letter is '\u061c' or '\u200e' or '\u200f'
        or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private static string GetFirst(string local) => local[0] == '"' ? ""
        : local[..Math.Min(StringInfo.GetNextTextElementLength(local), MaximumFirst)];

    [GeneratedRegex(@"\s*[\r\n]+\s*", RegexOptions.NonBacktracking)]
    private static partial Regex LineBreaks();

    /// <summary>An address, also as in a URL or a variable envelope return path.</summary>
    [GeneratedRegex("""
        (?<local>"[^"@]*"|[^\s<>"'(),:;\[\]{}|/@]+)(?<domain>(@|%40)[\p{L}\p{N}\[][\p{L}\p{N}\p{M}.:-]*)
        """, RegexOptions.NonBacktracking)]
    private static partial Regex Addresses();
}
