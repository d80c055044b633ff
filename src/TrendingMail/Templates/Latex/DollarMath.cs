namespace TrendingMail.Templates.Latex;

/// <summary>Distinguishes math between dollar signs from amounts of money and other dollar signs in prose.</summary>
internal static class DollarMath
{
    /// <summary>Whether the text between two dollar signs is a formula, given the character after the second.</summary>
    public static bool IsMath(ReadOnlySpan<char> content, char after)
    {
        ReadOnlySpan<char> inner = content.Trim(' ');
        if (inner.IsEmpty)
            return false;

        bool opensSpaced = content[0] == ' ';
        bool closesSpaced = content[^1] == ' ';
        bool hasCommand = HasCommand(inner);
        bool hasWords = HasWords(inner);

        // "$5 and $10", "$5-$10", "$5 million to US$": money, unless a command says otherwise.
        if (char.IsAsciiDigit(inner[0]) || inner[0] == '.')
        {
            if (hasWords || opensSpaced != closesSpaced)
                return false;
            return hasCommand || !char.IsAsciiDigit(after);
        }

        if (opensSpaced || closesSpaced)
            return opensSpaced && closesSpaced && (hasCommand || !hasWords);

        bool hasScript = inner.ContainsAny('^', '_');
        if (hasWords)
            return hasCommand || hasScript;

        // "$USD/$EUR": text between two tickers; a formula rarely ends like this.
        return hasCommand || hasScript || inner[^1] is not ('/' or ',' or ';' or '(')
            || !char.IsLetterOrDigit(after);
    }

    private static bool HasCommand(ReadOnlySpan<char> text)
    {
        for (int i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] == '\\' && char.IsAsciiLetter(text[i + 1]))
                return true;
        }

        return false;
    }

    /// <summary>Two or more letters next to a space, outside braces and command names: "and", "million".</summary>
    private static bool HasWords(ReadOnlySpan<char> text)
    {
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char character = text[i];
            if (character == '{')
                depth++;
            else if (character == '}')
                depth--;
            if (!char.IsAsciiLetter(character))
                continue;

            int start = i;
            while (i + 1 < text.Length && char.IsAsciiLetter(text[i + 1]))
                i++;
            bool isName = start > 0 && text[start - 1] == '\\';
            bool nextToSpace = (start > 0 && text[start - 1] == ' ') || (i + 1 < text.Length && text[i + 1] == ' ');
            if (i > start && depth <= 0 && !isName && nextToSpace)
                return true;
        }

        return false;
    }
}
