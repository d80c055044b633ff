using TrendingMail.Papers.Latex.Dollars;
using TrendingMail.Papers.Latex.Symbols;

namespace TrendingMail.Papers.Latex;

/// <summary>Math: delimiters, groups, scripts and primes, and arguments as TeX reads them.</summary>
internal sealed partial class LatexScanner
{
    private int ReadMath(int position, int end)
    {
        char character = source[position];
        switch (character)
        {
            case '\\':
                return Command(position, end, isMath: true);
            case '^' or '_':
                return Script(position, end);
            case '{' when FindCloser(position, end) is >= 0 and var close:
                return MathGroup(position, close, end);
            case '{' or '}' or '$':
                // Without a counterpart; TeX never prints one.
                return position + 1;
            case '&':
                // A column of an alignment.
                Emit(' ');
                return position + 1;
            case '~':
                Emit(' ');
                return position + 1;
            case '\'':
                return Primes(position, end);
            case >= 'A' and <= 'Z' or >= 'a' and <= 'z'
                when StrippedCommand(position, end, isMath: true) is >= 0 and var next:
                return next;
            default:
                Emit(character);
                return position + 1;
        }
    }

    private int Dollar(int position, int end)
    {
        DollarRole role = dollars.RoleAt(position);
        if (role.Close < 0 || role.Close + role.Length > end)
        {
            if (role.Length > 0)
                Emit('$');
            return position + 1;
        }

        Formula(position + role.Length, role.Close);
        return role.Close + role.Length;
    }

    /// <summary>Writes a formula; its first symbol is not spaced from the text before the formula.</summary>
    private void Formula(int start, int end)
    {
        // Spaces at the ends of a formula do not print; authors who leave one out outside mean them, though.
        if (Last == '(')
            start = SkipSpaces(start, end);
        int next = end < source.Length && source[end] == '$' ? end + 1 : source.Length;
        while (end > start && source[end - 1] == ' ' && next < source.Length && ".,;:)-".Contains(source[next]))
            end--;

        int outerFloor = partStart;
        partStart = output.Length;
        Convert(start, end, isMath: true);
        partStart = outerFloor;
        gapBeforeWord = false;
    }

    private int MathGroup(int position, int close, int end)
    {
        bool carriesScript = close + 1 < end && source[close + 1] is '^' or '_';
        if (!carriesScript)
        {
            Convert(position + 1, close, isMath: true);
            return close + 1;
        }

        string content = Capture(position + 1, close, isMath: true);
        Emit(LatexScripts.IsFactor(content) ? content : $"({content})");
        return close + 1;
    }

    private int Script(int position, int end)
    {
        char sign = source[position];
        int start = SkipSpaces(position + 1, end);
        if (!HasAtom(start, end) || source[start] is '^' or '_')
        {
            Emit(sign);
            return position + 1;
        }

        // Strictly, "V_max" lowers only the "m", but the author meant the word.
        int word = EndOfLetters(start, end);
        if (word - start >= 3 && (word == end || source[word] is not ('^' or '_')))
        {
            gapBeforeWord = false;
            Emit(sign);
            Emit(source.AsSpan(start, word - start));
            return word;
        }

        EmitScript(sign, Atom(ref start, end));
        return start;
    }

    private void EmitScript(char sign, string argument)
    {
        string script = sign == '^' ? LatexScripts.Raise(argument) : LatexScripts.Lower(argument);
        gapBeforeWord = false;
        Emit(script);
        gapBeforeWord = script.Length > 1 && script[0] == sign;
    }

    private int Primes(int position, int end)
    {
        int next = EndOfRun(position, end);
        int count = next - position;
        gapBeforeWord = false;
        Emit(count switch { 1 => "′", 2 => "″", 3 => "‴", _ => new string('′', count) });
        return next;
    }

    /// <summary>Reads one argument as TeX does: a group, a command with its own arguments, or one character.</summary>
    private string Atom(ref int position, int end)
    {
        position = SkipSpaces(position, end);
        if (!HasAtom(position, end))
            return "";

        char character = source[position];
        if (character == '{' && FindCloser(position, end) is >= 0 and var close)
        {
            int start = position + 1;
            position = close + 1;
            return Capture(start, close, isMath: true).Trim();
        }

        if (character != '\\' || depth == MaximumDepth)
        {
            int length = char.IsHighSurrogate(character) ? 2 : 1;
            position += length;
            return source.Substring(position - length, length);
        }

        (int mark, int outerFloor, bool outerGap) = (output.Length, partStart, gapBeforeWord);
        (partStart, gapBeforeWord) = (mark, false);
        depth++;
        int next = Command(position, end, isMath: true);
        depth--;

        // The space after an argument belongs to what follows.
        while (next > position + 2 && source[next - 1] == ' ')
            next--;
        position = next;
        return TakeOutput(mark, outerFloor, outerGap).Trim();
    }

    private bool HasAtom(int position, int end) =>
        position < end && source[position] != '}' && (source[position] != '{' || FindCloser(position, end) >= 0);
}
