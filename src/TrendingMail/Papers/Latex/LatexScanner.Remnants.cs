using TrendingMail.Papers.Latex.Symbols;

namespace TrendingMail.Papers.Latex;

/// <summary>
/// Remnants of LaTeX from which a source stripped dollar signs and backslashes: only what can be nothing else.
/// </summary>
internal sealed partial class LatexScanner
{
    /// <summary>
    /// A word of prose, which may be a command without its backslash (<c>textbf{x}</c>) or a sign after a number
    /// (<c>8.4times</c>).
    /// </summary>
    private int ProseWord(int position, int end)
    {
        int after = EndOfLetters(position, end);
        ReadOnlySpan<char> word = source.AsSpan(position, after - position);
        if (StrippedCommand(position, end, isMath: false) is >= 0 and var next)
            return next;

        bool isSign = word is "times" && (after == end || source[after] != '_');
        if (isSign && IsAfter(position, char.IsAsciiDigit) && IsNumberBefore(position))
        {
            Emit('×');
            return after;
        }

        Emit(word);
        return after;
    }

    /// <summary>Reads a command without its backslash and its argument; returns -1 if there is none here.</summary>
    private int StrippedCommand(int position, int end, bool isMath)
    {
        if (IsAfter(position, c => char.IsLetterOrDigit(c) || c is '_' or '.' or '/' or '@' or '#' or '\\'))
            return -1;

        int after = EndOfLetters(position, end);
        if (FindCloser(after, end) < 0 || source[after] != '{')
            return -1;

        ReadOnlySpan<char> word = source.AsSpan(position, after - position);
        if (StrippedCommands.TakesArgument(word) && LatexCommands.TryFind(word, out LatexCommand command))
            return Known(command, word, position, after, end, isMath);
        return StrippedCommands.IsColor(word) ? Group(after, end, isMath) : -1;
    }

    /// <summary>
    /// A script outside math: <c>10^{19}</c>, <c>C^{1,α}</c>, <c>360^circ</c>. A plain <c>x^2</c> may be code and
    /// stays.
    /// </summary>
    private int ScriptRemnant(int position, int end)
    {
        int next = position + 1;
        bool hasBase = IsAfter(position, c => char.IsLetterOrDigit(c) || c is ')' or ']' or '}' or '|' or '*' or '′')
            || IsAfter(position, char.IsSurrogate);
        if (hasBase && FindCloser(next, end) is >= 0 and var close && source[next] == '{'
            && !IsFileName(next, close, end))
        {
            string argument = Capture(next + 1, close, isMath: true).Trim();
            if (source[position] == '^' && argument is "circ" or "∘")
                Emit('°');
            else
                EmitScript(source[position], argument);
            gapBeforeWord = false;
            return close + 1;
        }

        if (IsAfter(position, char.IsAsciiDigit) && IsWord(source.AsSpan(position, end - position), "^circ"))
        {
            Emit('°');
            return position + "^circ".Length;
        }

        Emit(source[position]);
        return next;
    }

    /// <summary><c>file_{name}.txt</c>: the braces mark a gap to be filled in.</summary>
    private bool IsFileName(int open, int close, int end)
    {
        char after = close + 1 < end ? source[close + 1] : ' ';
        char second = close + 2 < end ? source[close + 2] : ' ';
        return source[open - 1] == '_' && EndOfLetters(open + 1, close) == close
            && (after is '/' or '_' || (after == '.' && char.IsAsciiLetterLower(second)));
    }

    private static bool IsWord(ReadOnlySpan<char> text, string word) =>
        text.StartsWith(word, StringComparison.Ordinal)
        && (text.Length == word.Length || (!char.IsAsciiLetter(text[word.Length]) && text[word.Length] != '_'));

    /// <summary>Whether the digits before a position form a number and are not the end of a name.</summary>
    private bool IsNumberBefore(int position)
    {
        int start = position;
        while (start > 0 && position - start < 20
            && (char.IsAsciiDigit(source[start - 1]) || source[start - 1] is '.' or ','))
            start--;
        if (start == 0 || !char.IsLetter(source[start - 1]))
            return start == 0 || source[start - 1] != '_';

        // "4times4times3" is a product.
        return start >= 5 && source.AsSpan(start - 5, 5).SequenceEqual("times");
    }
}
