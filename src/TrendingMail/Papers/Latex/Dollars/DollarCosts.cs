using System.Collections.Frozen;

namespace TrendingMail.Papers.Latex.Dollars;

/// <summary>
/// How unlikely it is that a dollar sign stands for itself, or that two delimit a formula. Only the order of the sums
/// matters; the unit is about one weak hint.
/// </summary>
internal static class DollarCosts
{
    private const int MaximumFunctionWords = 4;

    /// <summary>Words of running text that are hardly ever set between dollar signs.</summary>
    private static readonly FrozenSet<string> FunctionWords = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "an", "and", "are", "as", "at", "be", "between", "billion", "by", "can", "each", "for", "from", "has",
        "have", "if", "in", "into", "is", "it", "million", "of", "on", "or", "our", "over", "per", "than", "that",
        "the", "their", "then", "this", "to", "under", "versus", "was", "we", "were", "when", "where", "which", "while",
        "with", "sign");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> FunctionWordLookup =
        FunctionWords.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The cost of taking a sign literally: low for amounts, ticker symbols and shell variables.</summary>
    public static double Literal(string text, int sign)
    {
        char before = sign > 0 ? text[sign - 1] : ' ';
        char after = sign + 1 < text.Length ? text[sign + 1] : ' ';
        char second = sign + 2 < text.Length ? text[sign + 2] : ' ';
        if (char.IsAsciiDigit(after) || (after == '.' && char.IsAsciiDigit(second)))
            return 1;
        if (before == ' ' && after == ' ')
            return 1;
        return char.IsAsciiLetterUpper(after) && char.IsAsciiLetterUpper(second) ? 1.5 : 3;
    }

    /// <summary>The cost of taking the text between two delimiters for a formula.</summary>
    /// <param name="close">The position of the closing delimiter.</param>
    /// <param name="length">The length of each delimiter: 1, or 2 for a display.</param>
    public static double Pair(string text, int open, int close, int length)
    {
        ReadOnlySpan<char> content = text.AsSpan(open, close - open);
        ReadOnlySpan<char> inner = content.Trim(' ');
        if (inner.IsEmpty)
            return length > 1 || content.IsEmpty ? double.PositiveInfinity : 2;

        int next = close + length;
        char before = open - length > 0 ? text[open - length - 1] : ' ';
        char after = next < text.Length ? text[next] : ' ';
        return Evidence(inner) + Shape(content, before, after);
    }

    /// <summary>What the content says: commands and scripts for a formula, running text against it.</summary>
    private static double Evidence(ReadOnlySpan<char> inner)
    {
        Words words = Words.In(inner);
        double cost = Math.Min(words.Function, MaximumFunctionWords) * 4;
        if (words.EndsSentence)
            cost += 4;
        if (words.HasCommand)
            cost -= 3;
        if (inner.ContainsAny('^', '_'))
            cost -= 2;
        if (inner.ContainsAny("=<>+"))
            cost -= 1;
        if (inner.ContainsAny('{', '}'))
            cost += words.IsBalanced ? -2 : 2;

        // A name of several letters, such as BMO, may be set as math; "5 tokens" may not.
        return words.Plain == 0 ? cost - 1 : cost + Math.Min(words.Plain, 6);
    }

    /// <summary>What the spaces on both sides of the delimiters say.</summary>
    private static double Shape(ReadOnlySpan<char> content, char before, char after)
    {
        bool opensSpaced = content[0] == ' ';
        bool closesSpaced = content[^1] == ' ';
        double cost = 0;

        // The second sign looks like an opening one.
        if (closesSpaced && !opensSpaced && (char.IsLetterOrDigit(after) || after == '\\'))
            cost += char.IsAsciiDigit(after) ? 4 : 2;
        else if (closesSpaced != opensSpaced)
            cost += 0.5;
        else if (char.IsAsciiDigit(after) && char.IsAsciiDigit(content[0]))
            cost += 4;

        // The first sign looks like a closing one.
        if (opensSpaced && (char.IsLetterOrDigit(before) || before is ')' or '}'))
            cost += closesSpaced ? 1 : 2;

        // "$USD/$EUR", "$5-$10"
        if (content[^1] is '/' or ',' or ';' or '(' or '-' && char.IsLetterOrDigit(after))
            cost += 3;
        return cost;
    }

    /// <summary>The words of a text outside braces and command names.</summary>
    /// <param name="Plain">Words of two or more letters next to a space.</param>
    /// <param name="Function">How many of them are <see cref="FunctionWords"/>.</param>
    private readonly record struct Words(int Plain, int Function, bool HasCommand, bool EndsSentence, bool IsBalanced)
    {
        public static Words In(ReadOnlySpan<char> text)
        {
            var (plain, function, depth) = (0, 0, 0);
            var (hasCommand, endsSentence, isBalanced) = (false, false, true);
            for (int i = 0; i < text.Length; i++)
            {
                char character = text[i];
                depth += character == '{' ? 1 : character == '}' ? -1 : 0;
                isBalanced &= depth >= 0;
                endsSentence |= character == '.' && i > 1 && i + 2 < text.Length && text[i + 1] == ' '
                    && char.IsAsciiLetterLower(text[i - 1]) && char.IsAsciiLetterUpper(text[i + 2]);
                if (!char.IsAsciiLetter(character))
                {
                    // The character after a backslash belongs to the command.
                    if (character == '\\' && i + 1 < text.Length && !char.IsAsciiLetter(text[i + 1]))
                        i++;
                    continue;
                }

                int start = i;
                while (i + 1 < text.Length && char.IsAsciiLetter(text[i + 1]))
                    i++;
                bool isName = start > 0 && text[start - 1] == '\\';
                hasCommand |= isName;
                bool afterSpace = start == 0 || text[start - 1] == ' ';
                bool beforeSpace = i + 1 == text.Length || text[i + 1] == ' ';
                if (depth > 0 || isName || !(afterSpace || beforeSpace))
                    continue;

                plain += i > start ? 1 : 0;
                function += afterSpace && beforeSpace && FunctionWordLookup.Contains(text[start..(i + 1)]) ? 1 : 0;
            }

            return new(plain, function, hasCommand, endsSentence, isBalanced && depth == 0);
        }
    }
}
