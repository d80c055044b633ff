using TrendingMail.Papers.Latex.Symbols;

namespace TrendingMail.Papers.Latex;

/// <summary>
/// Braces in prose. TeX's own never print, while those of code, placeholders and sets are part of the text.
/// </summary>
internal sealed partial class LatexScanner
{
    private int ProseGroup(int position, int end)
    {
        int close = FindCloser(position, end);
        if (close < 0)
            return StrayBrace(position, end);

        int start = position + 1;
        if (OpensWithCommand(start, close))
        {
            Convert(start, close, isMath: false);
            return close + 1;
        }

        switch (ProseBraces.Classify(source, position, close))
        {
            case BraceMeaning.Literal:
                Emit('{');
                return start;
            case BraceMeaning.Symbol when LatexCommands.TryFind(source.AsSpan(start, close - start), out var command):
                Emit(command.Text);
                return close + 1;
            case BraceMeaning.Index:
                EmitScript('_', source[start..close]);
                return close + 1;
            case BraceMeaning.Argument:
                Emit(' ');
                break;
            case BraceMeaning.Switch:
                start = SkipSpaces(EndOfLetters(SkipSpaces(start, close), close), close);
                break;
        }

        Convert(start, close, isMath: false);
        return close + 1;
    }

    /// <summary>
    /// A brace without a counterpart. Beside a word it is what a source or an author left of a group; between spaces
    /// it may be meant.
    /// </summary>
    private int StrayBrace(int position, int end)
    {
        char before = position > 0 ? source[position - 1] : ' ';
        char after = position + 1 < end ? source[position + 1] : ' ';
        bool opens = source[position] == '{';
        bool isLeftover = opens
            ? char.IsLetterOrDigit(after) || after is '\\' or '$' or '{'
            : before != ' ' && before != '{';
        if (!isLeftover)
            Emit(source[position]);
        else if (opens && char.IsLetterOrDigit(before))
            Emit(' ');
        return position + 1;
    }
}
