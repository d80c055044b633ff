using System.Text;
using TrendingMail.Papers.Latex.Dollars;
using TrendingMail.Papers.Latex.Symbols;

namespace TrendingMail.Papers.Latex;

/// <summary>
/// One pass over a single-line text. Prose and math follow different rules: in prose only commands are special, in math
/// also scripts, braces and primes. Every method takes the position at which it starts reading and returns the position
/// after what it has read, which always advances, so that the pass is linear.
/// </summary>
internal sealed partial class LatexScanner(string source)
{
    private const int MaximumDepth = 24;
    private const int OptionWindow = 200;
    private const int QuoteWindow = 80;
    private const int PathWindow = 260;

    private readonly Delimiters delimiters = new(source);
    private readonly DollarPairs dollars = new(source);
    private readonly StringBuilder output = new(source.Length);

    private int depth;
    private int partStart;
    private int commandEnd = -1;
    private int singleQuoteEnd = -1;
    private int openTables;
    private bool quoteOpen;
    private bool gapBeforeWord;

    public StringBuilder Convert()
    {
        Convert(0, source.Length, isMath: false);
        return output;
    }

    /// <summary>The last character of the part being written, or NUL at its start.</summary>
    private char Last => output.Length > partStart ? output[^1] : '\0';

    private void Convert(int start, int end, bool isMath)
    {
        if (depth == MaximumDepth)
        {
            Emit(source.AsSpan(start, end - start));
            return;
        }

        depth++;
        int position = start;
        while (position < end)
            position = isMath ? ReadMath(position, end) : ReadProse(position, end);
        depth--;
    }

    private int ReadProse(int position, int end)
    {
        char character = source[position];
        switch (character)
        {
            case '\\':
                return Command(position, end, isMath: false);
            case '$':
                return Dollar(position, end);
            case '{':
                return ProseGroup(position, end);
            case '~':
                return Tie(position, end);
            case '-':
                return Dashes(position, end);
            case '`' or '\'' or '"':
                return Quote(position, end);
            case 'h' or 'H' or 'w' when IsWebAddress(position, end):
                return WebAddress(position, end);
            case ':' when IsDrivePath(position, end):
                return Verbatim(position, EndOfPath(position, end));
            case '}' when delimiters.IsStray(position):
                return StrayBrace(position, end);
            case '&':
                return Ampersand(position, end);
            case '^' or '_':
                return ScriptRemnant(position, end);
            case >= 'A' and <= 'Z' or >= 'a' and <= 'z' when !IsAfter(position, char.IsAsciiLetter):
                return ProseWord(position, end);
            default:
                Emit(character);
                return position + 1;
        }
    }

    /// <summary>Whether a group only delimits a command: <c>{\it x}</c>, <c>{\"o}</c>, <c>{\ours}</c>.</summary>
    private bool OpensWithCommand(int start, int end)
    {
        start = SkipSpaces(start, end);
        if (start + 1 >= end || source[start] != '\\')
            return false;

        char sign = source[start + 1];
        if (!char.IsAsciiLetter(sign))
            return sign is '\'' or '`' or '^' or '~' or '=' or '.' or '%' or '&' or '#' or '_' or '$' or ','
                || (sign == '"' && end - start <= 6);

        int after = EndOfLetters(start + 1, end);
        return after == end || LatexCommands.TryFind(source.AsSpan(start + 1, after - start - 1), out _);
    }

    /// <summary>Converts a range to a separate string instead of the output.</summary>
    private string Capture(int start, int end, bool isMath)
    {
        (int mark, int outerFloor, bool outerGap) = (output.Length, partStart, gapBeforeWord);
        (partStart, gapBeforeWord) = (mark, false);
        Convert(start, end, isMath);
        return TakeOutput(mark, outerFloor, outerGap);
    }

    private string TakeOutput(int mark, int outerFloor, bool outerGap)
    {
        string taken = output.ToString(mark, output.Length - mark);
        output.Length = mark;
        (partStart, gapBeforeWord) = (outerFloor, outerGap);
        return taken;
    }

    private void Emit(char character) => Emit([character]);

    private void Emit(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        if (gapBeforeWord && char.IsLetterOrDigit(text[0]))
            output.Append(' ');
        gapBeforeWord = false;
        output.Append(text);
    }

    private bool IsAfter(int position, Func<char, bool> predicate) =>
        position > 0 && predicate(source[position - 1]);

    private int SkipSpaces(int position, int end)
    {
        while (position < end && source[position] == ' ')
            position++;
        return position;
    }

    private int EndOfLetters(int position, int end)
    {
        while (position < end && char.IsAsciiLetter(source[position]))
            position++;
        return position;
    }

    private int EndOfRun(int position, int end)
    {
        int next = position + 1;
        while (next < end && source[next] == source[position])
            next++;
        return next;
    }

    /// <summary>The position that closes the opener at a position, within the range, or -1.</summary>
    private int FindCloser(int position, int end) =>
        position < end && delimiters.FindCloser(position) is var close && close > position && close < end ? close : -1;
}
