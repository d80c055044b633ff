using System.Text;

namespace TrendingMail.Templates.Latex;

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
        foreach (Rune rune in source.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
                clean.Append(' ');
            else if (rune.Value is < 0x20 or 0x7F)
                continue;
            else if (rune.IsBmp && IsStandIn((char)rune.Value))
                clean.Append('\uFFFD');
            else
                clean.Append(rune);
        }

        return CollapseSpaces(clean);
    }

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
