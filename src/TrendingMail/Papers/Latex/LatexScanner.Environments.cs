using System.Collections.Frozen;

namespace TrendingMail.Papers.Latex;

/// <summary>Environments: <c>\begin{align} ... \end{align}</c>.</summary>
internal sealed partial class LatexScanner
{
    private static readonly FrozenSet<string> MathEnvironments = FrozenSet.Create(
        "align", "alignat", "aligned", "alignedat", "array", "Bmatrix", "bmatrix", "cases", "dcases", "displaymath",
        "eqnarray", "equation", "flalign", "gather", "gathered", "math", "matrix", "multline", "numcases", "pmatrix",
        "rcases", "smallmatrix", "split", "subarray", "subequations", "vmatrix", "Vmatrix");

    /// <summary>Environments whose first argument is about layout, such as the columns <c>{rcl}</c>.</summary>
    private static readonly FrozenSet<string> LayoutEnvironments = FrozenSet.Create(
        "alignat", "alignedat", "array", "longtable", "minipage", "subarray", "tabular", "tabularx", "thebibliography");

    private int Environment(int position, int after, int end, bool begins, bool isMath)
    {
        if (after >= end || source[after] != '{' || FindCloser(after, end) is not (>= 0 and var close))
            return after;

        string name = source[(after + 1)..close].TrimEnd('*');
        int start = begins ? SkipLayout(name, close + 1, end) : close + 1;
        Emit(' ');
        if (name.StartsWith("tabular", StringComparison.Ordinal))
            openTables = Math.Max(openTables + (begins ? 1 : -1), 0);
        if (!begins || isMath || !MathEnvironments.Contains(name))
            return start;

        int stop = FindCloser(position, end);
        if (stop < start)
            return start;
        Formula(start, stop);
        return stop;
    }

    private int SkipLayout(string name, int after, int end)
    {
        after = SkipOption(after, end);
        int next = SkipSpaces(after, end);
        return LayoutEnvironments.Contains(name) && next < end && source[next] == '{'
            && FindCloser(next, end) is >= 0 and var close ? close + 1 : after;
    }

    /// <summary>An item of a list, with its own label in square brackets or a bullet.</summary>
    private int Item(int after, int end, bool isMath)
    {
        if (Last is not (' ' or '\0'))
            Emit(' ');
        int next = SkipSpaces(after, end);
        int label = SkipOption(next, end);
        if (label == next)
            return Symbol("•", after, end, isMath);

        Emit(Capture(next + 1, label - 1, isMath: false).Trim());
        Emit(' ');
        return SkipSpaces(label, end);
    }

    /// <summary>
    /// An ampersand in prose joins words; beside a relation or before "in" and "on" it is what is left of an alignment.
    /// </summary>
    private int Ampersand(int position, int end)
    {
        int next = EndOfRun(position, end);
        int following = SkipSpaces(next, end);
        int preceding = position;
        while (preceding > 0 && source[preceding - 1] == ' ')
            preceding--;
        char before = preceding > 0 ? source[preceding - 1] : ' ';
        char after = following < end ? source[following] : ' ';
        ReadOnlySpan<char> word = source.AsSpan(following, EndOfLetters(following, end) - following);
        bool isAligned = openTables > 0 || "=≤≥≠≈∼".Contains(before) || "=≤≥≠≈∼".Contains(after)
            || (word is "in" or "on" or "if" or "for" or "as" or "when" && !char.IsAsciiLetterUpper(before))
            || (next - position == 2 && !char.IsAsciiLetter(before));
        bool isEntity = next == following && word.Length > 1 && next + word.Length < end
            && source[next + word.Length] == ';';
        if (isAligned && !isEntity)
            Emit(' ');
        else
            Emit(source.AsSpan(position, next - position));
        return next;
    }
}
