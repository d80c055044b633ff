using System.Text;

namespace TrendingMail.Rendering.Latex;

/// <summary>
/// One pass over a text on one line. Prose and mathematics follow different rules: in prose only commands mean
/// something, in mathematics also scripts, braces and primes. Every method takes the position of what it reads and
/// returns the position after it, which is always further on, so that the pass is linear.
/// </summary>
internal sealed partial class LatexScanner(string source)
{
    private const int MaximumDepth = 24;
    private const int OptionWindow = 200;
    private const int QuoteWindow = 80;
    private const int PathWindow = 260;

    private readonly int[] closers = MatchOpeners(source);
    private readonly StringBuilder output = new(source.Length);

    private int depth;
    private int floor;
    private int commandEnd = -1;
    private int singleQuoteEnd = -1;
    private bool quoteOpen;
    private bool gapBeforeWord;

    public StringBuilder Convert()
    {
        Convert(0, source.Length, maths: false);
        return output;
    }

    /// <summary>The last character of the piece being written, or NUL at its start.</summary>
    private char Last => output.Length > floor ? output[^1] : '\0';

    private void Convert(int start, int end, bool maths)
    {
        if (depth == MaximumDepth)
        {
            Emit(source.AsSpan(start, end - start));
            return;
        }

        depth++;
        int position = start;
        while (position < end)
            position = maths ? InMaths(position, end) : InProse(position, end);
        depth--;
    }

    private int InProse(int position, int end)
    {
        char character = source[position];
        switch (character)
        {
            case '\\':
                return Command(position, end, maths: false);
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
            case '^' or 't' when IsAfter(position, char.IsLetterOrDigit) || IsAfter(position, c => c is ')' or ']'):
                return Remnant(position, end);
            default:
                Emit(character);
                return position + 1;
        }
    }

    private int ProseGroup(int position, int end)
    {
        int close = Closer(position, end);
        if (close >= 0)
        {
            // "1{,}400": braces that only keep mathematics from spacing the comma.
            bool betweenDigits = IsAfter(position, char.IsAsciiDigit)
                && close + 1 < end && char.IsAsciiDigit(source[close + 1]);
            bool isPunctuation = close == position + 2 && source[position + 1] is ',' or '.' or ':';
            if ((betweenDigits && isPunctuation) || OpensWithCommand(position + 1, close))
            {
                Convert(position + 1, close, maths: false);
                return close + 1;
            }
        }

        Emit('{');
        return position + 1;
    }

    /// <summary>Whether a group serves a command: <c>{\it x}</c>, <c>{\"o}</c>, <c>{\ours}</c>.</summary>
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

    /// <summary>Converts a range into a string of its own instead of into the output.</summary>
    private string Capture(int start, int end, bool maths)
    {
        (int mark, int outerFloor, bool outerGap) = (output.Length, floor, gapBeforeWord);
        (floor, gapBeforeWord) = (mark, false);
        Convert(start, end, maths);
        return Taken(mark, outerFloor, outerGap);
    }

    private string Taken(int mark, int outerFloor, bool outerGap)
    {
        string taken = output.ToString(mark, output.Length - mark);
        output.Length = mark;
        (floor, gapBeforeWord) = (outerFloor, outerGap);
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

    /// <summary>Where the opener at a position is closed within the range, or -1.</summary>
    private int Closer(int position, int end) =>
        position < end && closers[position] is var close && close > position && close < end ? close : -1;

    /// <summary>Matches braces, <c>\(</c> and <c>\[</c> once for the whole text, so that no search repeats.</summary>
    private static int[] MatchOpeners(string source)
    {
        var matched = new int[source.Length];
        var braces = new Stack<int>();
        (int round, int square) = (-1, -1);
        for (int i = 0; i < source.Length; i++)
        {
            switch (source[i])
            {
                case '{':
                    braces.Push(i);
                    break;
                case '}' when braces.Count > 0:
                    matched[braces.Pop()] = i;
                    break;
                case '\\' when i + 1 < source.Length:
                    i++;
                    if (source[i] == '(')
                        round = i - 1;
                    else if (source[i] == '[')
                        square = i - 1;
                    else if (source[i] == ')' && round >= 0)
                        (matched[round], round) = (i - 1, -1);
                    else if (source[i] == ']' && square >= 0)
                        (matched[square], square) = (i - 1, -1);
                    break;
            }
        }

        return matched;
    }
}
