using TrendingMail.Papers.Latex.Symbols;

namespace TrendingMail.Papers.Latex;

/// <summary>Commands with arguments: fractions, roots, links, notes and references.</summary>
internal sealed partial class LatexScanner
{
    private int Fraction(int after, int end)
    {
        string numerator = Atom(ref after, end);
        string denominator = Atom(ref after, end);
        return Word(numerator.Length == 0 && denominator.Length == 0
            ? "" : LatexScripts.Fraction(numerator, denominator), after);
    }

    private int Root(int after, int end)
    {
        int radicand = SkipOption(after, end);
        if (radicand > after)
            Emit(LatexScripts.Raise(Capture(after + 1, radicand - 1, isMath: true)));
        string content = Atom(ref radicand, end);
        Emit('√');
        Emit(LatexScripts.IsFactor(content) ? content : $"({content})");
        return radicand;
    }

    private int Binomial(int after, int end)
    {
        string upper = Atom(ref after, end);
        string lower = Atom(ref after, end);
        Emit($"({upper} choose {lower})");
        return after;
    }

    /// <summary>Text above or below a base becomes its script; a long arrow is its own base.</summary>
    private int Stacked(char sign, string ownBase, int after, int end)
    {
        after = SkipOption(after, end);
        string script = Atom(ref after, end);
        Emit(ownBase.Length > 0 ? ownBase : Atom(ref after, end));
        EmitScript(sign, script);
        return after;
    }

    private int Negation(int after, int end)
    {
        string relation = Atom(ref after, end);
        Emit(LatexScripts.Accent(relation, '\u0338'));
        return after;
    }

    private int Modulo(int after, int end)
    {
        string modulus = Atom(ref after, end);
        Emit(Last == ' ' ? $"(mod {modulus})" : $" (mod {modulus})");
        return after;
    }

    /// <summary><c>5\deg</c> is an angle, <c>\deg(v)</c> the degree of a vertex.</summary>
    private int Degree(int after, int end, bool isMath) =>
        char.IsAsciiDigit(Last) ? Symbol("°", after, end, isMath) : Word("deg", SkipEmptyGroup(after, end));

    private int Dropped(int after, int end)
    {
        int next = SkipOption(SkipOption(after, end), end);
        if (next < end && source[next] == '{' && FindCloser(next, end) is >= 0 and var close)
            after = close + 1;

        bool endsClause = after == end || " .,;:)".Contains(source[after]);
        if (endsClause && Last == ' ')
            output.Length--;
        return after;
    }

    private int LastKept(int arguments, int after, int end, bool isMath)
    {
        after = SkipOption(after, end);
        for (int i = 1; i < arguments; i++)
        {
            int next = SkipSpaces(after, end);
            if (next >= end || source[next] != '{' || FindCloser(next, end) is not (>= 0 and var close))
                return after;
            after = close + 1;
        }

        return Group(after, end, isMath);
    }

    private int Joined(int arguments, int after, int end, bool isMath)
    {
        after = SkipOption(after, end);
        for (int i = 0; i < arguments; i++)
        {
            if (i > 0)
                Emit(' ');
            after = Group(after, end, isMath);
        }

        return after;
    }

    private int Footnote(int after, int end)
    {
        after = SkipOption(after, end);
        if (after >= end || source[after] != '{')
            return after;

        // A source may truncate an abstract inside a footnote.
        int close = FindCloser(after, end) is >= 0 and var found ? found : end;
        Emit(Last is ' ' or '\0' ? "(" : " (");
        Emit(Capture(after + 1, close, isMath: false).Trim());
        Emit(')');
        return Math.Min(close + 1, end);
    }

    private int Url(int after, int end)
    {
        if (after >= end || source[after] != '{' || FindCloser(after, end) is not (>= 0 and var close))
            return SkipOpenBrace(after, end);

        if (source.AsSpan(after + 1, close - after - 1).ContainsAny('$', '{', ' ') || HasCommand(after + 1, close))
            Convert(after + 1, close, isMath: false);
        else
            EmitAddress(after + 1, close);
        return close + 1;
    }

    private bool HasCommand(int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (source[i] == '\\' && !IsAddressEscape(i, end))
                return true;
        }

        return false;
    }

    private int Link(int after, int end)
    {
        if (after >= end || source[after] != '{' || FindCloser(after, end) is not (>= 0 and var close))
            return SkipOpenBrace(after, end);

        int label = SkipSpaces(close + 1, end);
        if (label >= end || source[label] != '{' || FindCloser(label, end) is not (>= 0 and var labelEnd))
            return Url(after, end);

        string text = Capture(label + 1, labelEnd, isMath: false).Trim();
        if (text.Length == 0)
            Url(after, end);
        Emit(text);
        return labelEnd + 1;
    }

    private int VerbatimCommand(int after, int end)
    {
        if (after >= end || source[after] is ' ' or '{' or '\\')
            return Group(after, end, isMath: false);

        int close = source.IndexOf(source[after], after + 1, Math.Min(end - after - 1, OptionWindow));
        if (close < 0)
            return after;
        Verbatim(after + 1, close);
        return close + 1;
    }

    private int Blackboard(int after, int end)
    {
        string letters = Atom(ref after, end);
        foreach (char letter in letters)
            Emit(letters.Length == 1 ? LatexSymbols.Blackboard(letter) : letter);
        return after;
    }

    private int TextScript(char sign, int after, int end)
    {
        EmitScript(sign, Atom(ref after, end));
        return after;
    }

    private int SkipEmptyGroup(int after, int end) =>
        after + 1 < end && source[after] == '{' && source[after + 1] == '}' ? after + 2 : after;

    /// <summary>Skips an option in square brackets, if one follows immediately and closes soon.</summary>
    private int SkipOption(int after, int end)
    {
        if (after >= end || source[after] != '[')
            return after;
        int close = source.IndexOf(']', after, Math.Min(end - after, OptionWindow));
        return close < 0 ? after : close + 1;
    }
}
