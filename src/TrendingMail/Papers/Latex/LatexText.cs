using System.Text;
using TrendingMail.Papers.Latex.Symbols;

namespace TrendingMail.Papers.Latex;

/// <summary>Converts the LaTeX in titles and abstracts to readable text.</summary>
public static class LatexText
{
    // Well-formed sources are stable after one pass; in malformed ones, removing a command may form a new one.
    private const int MaximumPasses = 4;

    // Escaped characters are replaced by noncharacters, so that a later pass does not take "\$x\$" for math.
    private const string Escaped = "${}\\~";
    private const char FirstStandIn = '\uFDD0';

    /// <summary>
    /// The names of the supported commands, without the backslash. Any other command becomes its own name. One-letter
    /// accents such as <c>\v</c> are commands only before a letter that can take them.
    /// </summary>
    public static IReadOnlyCollection<string> SupportedCommands => LatexCommands.Names;

    /// <summary>
    /// Returns the text on one line with its LaTeX converted to Unicode. Never throws on malformed input and never
    /// drops words; text without LaTeX is unchanged except for white space and control characters. The result is plain
    /// text and still needs HTML escaping.
    /// </summary>
    public static string ToReadable(string source)
    {
        ArgumentNullException.ThrowIfNull(source);

        string text = Clean(source);
        for (int pass = 0; pass < MaximumPasses; pass++)
        {
            string next = CollapseSpaces(new LatexScanner(text).Convert());
            if (next == text)
                break;
            text = next;
        }

        return RestoreEscaped(text);
    }

    /// <summary>The stand-in for an escaped character that the next pass would otherwise interpret.</summary>
    internal static char Protect(char character)
    {
        int index = Escaped.IndexOf(character);
        return index < 0 ? character : (char)(FirstStandIn + index);
    }

    private static bool IsStandIn(char character) =>
        character >= FirstStandIn && character < FirstStandIn + Escaped.Length;

    private static string Clean(string source)
    {
        var clean = new StringBuilder(source.Length);
        for (int i = 0; i < source.Length;)
        {
            if (IsLineComment(source, i))
            {
                i += 2;
                continue;
            }

            Rune.DecodeFromUtf16(source.AsSpan(i), out Rune rune, out int length);
            if (Rune.IsWhiteSpace(rune))
                clean.Append(' ');
            else if (!IsInvisible(rune))
                AppendRune(clean, source.AsSpan(i, length), rune);
            i += length;
        }

        return CollapseSpaces(clean);
    }

    /// <summary>Appends a character; what is none, or is reserved here, becomes the replacement character.</summary>
    private static void AppendRune(StringBuilder clean, ReadOnlySpan<char> characters, Rune rune)
    {
        if (rune.Value == 0 || rune == Rune.ReplacementChar || (rune.IsBmp && IsStandIn((char)rune.Value)))
            clean.Append('\uFFFD');
        else
            clean.Append(characters);
    }

    /// <summary>
    /// A percent sign that ends a line right after a formula's character only hides the line break from TeX; after a
    /// number or a space it is a percentage.
    /// </summary>
    private static bool IsLineComment(string source, int position)
    {
        if (source[position] != '%' || position + 1 == source.Length || source[position + 1] != '\n')
            return false;

        int last = position - 1;
        while (last >= 0 && source[last] == '}')
            last--;
        return last >= 0 && !char.IsAsciiDigit(source[last]) && source[last] is not ('\\' or ' ');
    }

    /// <summary>
    /// Control characters, marks that hide in words, and direction overrides, which would reorder the text around them.
    /// </summary>
    private static bool IsInvisible(Rune rune) => rune.Value is (> 0 and < 0x20) or (>= 0x7F and <= 0x9F)
        or 0xAD or 0x200B or 0x2060 or 0xFEFF or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)
        or (>= 0xFFF9 and <= 0xFFFB);

    private static string CollapseSpaces(StringBuilder text)
    {
        int length = 0;
        var collapsed = new char[text.Length];
        foreach (ReadOnlyMemory<char> chunk in text.GetChunks())
        {
            foreach (char character in chunk.Span)
            {
                if (character != ' ' || (length > 0 && collapsed[length - 1] != ' '))
                    collapsed[length++] = character;
            }
        }

        if (length > 0 && collapsed[length - 1] == ' ')
            length--;
        return new string(collapsed, 0, length);
    }

    private static string RestoreEscaped(string text) =>
        string.Create(text.Length, text, static (span, original) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = IsStandIn(original[i]) ? Escaped[original[i] - FirstStandIn] : original[i];
        });
}
