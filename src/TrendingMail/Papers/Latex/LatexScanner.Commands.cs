using TrendingMail.Papers.Latex.Symbols;

namespace TrendingMail.Papers.Latex;

/// <summary>Commands: from the backslash to the end of the arguments.</summary>
internal sealed partial class LatexScanner
{
    private int Command(int position, int end, bool isMath)
    {
        int nameStart = position + 1;
        if (nameStart >= end || !char.IsAsciiLetter(source[nameStart]))
            return ControlSymbol(position, end, isMath);

        int after = EndOfLetters(nameStart, end);
        ReadOnlySpan<char> name = source.AsSpan(nameStart, after - nameStart);
        if (!LatexCommands.TryFind(name, out LatexCommand command))
            return Unknown(position, after, end, isMath);

        bool isStarred = after + 1 < end && source[after] == '*' && source[after + 1] == '{';
        int next = Known(command, name, position, isStarred ? after + 1 : after, end, isMath);
        if (next < 0)
        {
            int start = isMath ? nameStart : position;
            Emit(source.AsSpan(start, after - start));
            return after;
        }

        commandEnd = next;
        return next;
    }

    /// <summary>Writes the text of a command; returns -1 if it turns out not to be a command here.</summary>
    private int Known(
        LatexCommand command, ReadOnlySpan<char> name, int position, int after, int end, bool isMath) =>
        command.Kind switch
        {
            LatexKind.Symbol when isMath && command.Text == @"\" => Symbol("∖", after, end, isMath),
            LatexKind.Symbol => Symbol(command.Text, after, end, isMath),
            LatexKind.Letter => Letter(command.Text, after, end, isMath),
            LatexKind.Operator => Word(command.Text, SkipEmptyGroup(after, end)),
            LatexKind.NamedOperator => Word(Atom(ref after, end), after),
            LatexKind.Accent => Accent(command.Text[0], after, end, isLetter: name.Length == 1, isMath),
            LatexKind.InPlace => Group(after, end, isMath),
            LatexKind.InProse => Group(after, end, isMath: false),
            LatexKind.InMath => Group(after, end, isMath: true),
            LatexKind.Blackboard => Blackboard(after, end),
            LatexKind.Raised => TextScript('^', after, end),
            LatexKind.Lowered => TextScript('_', after, end),
            LatexKind.Switch => SkipSpaces(SkipEmptyGroup(after, end), end),
            LatexKind.Delimiter => Delimiter(after, end),
            LatexKind.Dropped => Dropped(after, end),
            LatexKind.LastKept => LastKept(command.Arguments, after, end, isMath),
            LatexKind.Joined => Joined(command.Arguments, after, end, isMath),
            LatexKind.Footnote => Footnote(after, end),
            LatexKind.Fraction => Fraction(after, end),
            LatexKind.Root => Root(after, end),
            LatexKind.Binomial => Binomial(after, end),
            LatexKind.Over => Stacked('^', command.Text, after, end),
            LatexKind.Under => Stacked('_', command.Text, after, end),
            LatexKind.Negation => Negation(after, end),
            LatexKind.Modulo => Modulo(after, end),
            LatexKind.Degree => Degree(after, end, isMath),
            LatexKind.Url => Url(after, end),
            LatexKind.Link => Link(after, end),
            LatexKind.Verbatim => VerbatimCommand(after, end),
            LatexKind.Environment => Environment(position, after, end, name is "begin", isMath),
            LatexKind.Item => Item(after, end, isMath),
            _ => throw new InvalidOperationException($"No rule for commands of kind {command.Kind}."),
        };

    /// <summary>A command whose name is a symbol: an escape, a space, an accent or a math delimiter.</summary>
    private int ControlSymbol(int position, int end, bool isMath)
    {
        char sign = position + 1 < end ? source[position + 1] : '\0';
        int after = position + 2;
        switch (sign)
        {
            case '%' or '&' or '#' or '_' or '$' or '{' or '}':
                Emit(LatexText.Protect(sign));
                return after;
            case '\\':
                Emit(' ');
                bool hasLength = after + 1 < end && char.IsAsciiDigit(source[after + 1]);
                return hasLength ? SkipOption(after, end) : after;
            case ' ' or ',' or ';' or ':' or '>':
                Emit(' ');
                return after;
            case '!' or '-' or '@':
                return after;
            case '/':
                // An italic correction precedes a brace or a space; an escaped slash stands between words.
                if (after < end && source[after] is not ('}' or ' '))
                    Emit('/');
                return after;
            case '|':
                Emit('‖');
                return after;
            case '(' or '[' when FindCloser(position, end) is >= 0 and var close:
                Formula(after, close);
                return close + 2;
            default:
                if (char.IsAsciiDigit(sign))
                    return StrippedDollar(position, end);
                if (LatexSymbols.FindAccent(sign) is not '\0' and var mark
                    && Accent(mark, after, end, isLetter: false, isMath, sign) is >= 0 and var next)
                    return next;

                // "don\'t" and \"quoted\" contain escapes of another language.
                if (sign is not ('\'' or '"' or '`'))
                    Emit('\\');
                return position + 1;
        }
    }

    /// <summary>An amount of which a source removed only the dollar sign: <c>\$5</c> became <c>\5</c>.</summary>
    private int StrippedDollar(int position, int end)
    {
        int after = position + 1;
        while (after < end && char.IsAsciiDigit(source[after]))
            after++;
        bool isAmount = after == end || source[after] != ')';
        if (isAmount)
            Emit(LatexText.Protect('$'));
        return position + 1;
    }

    private int Unknown(int position, int after, int end, bool isMath)
    {
        bool hasArgument = FindCloser(after, end) >= 0 && source[after] == '{';
        bool isInsideWord = position != commandEnd
            && IsAfter(position, c => char.IsLetter(c) || c is '/' or '\\' or '_');
        bool isEscape = after - position == 2 && char.IsAsciiLetterLower(source[position + 1])
            && (after == end || source[after] is not ('^' or '_'));
        if (!isMath && !hasArgument && (isEscape || isInsideWord))
        {
            // "\n", "src\main": prose about code.
            Emit(source.AsSpan(position, after - position));
            return after;
        }

        // "\method{}s" is a plural.
        Word(source[(position + 1)..after], after);
        gapBeforeWord &= isMath;
        while (after < end && source[after] == '{' && FindCloser(after, end) is >= 0 and var close)
        {
            string argument = Capture(after + 1, close, isMath);
            if (argument.Length > 0)
            {
                gapBeforeWord = false;
                Emit(' ');
                Emit(argument);
                gapBeforeWord = true;
            }

            after = close + 1;
        }

        commandEnd = after;
        return after;
    }

    private int Symbol(string text, int after, int end, bool isMath)
    {
        bool isSpaced = Last == ' ' && text is not ("⟨" or "⌈" or "⌊" or "{");
        if (isSpaced && isMath && text is ("⟩" or "⌉" or "⌋" or "}"))
            output.Length--;
        foreach (char character in text)
            Emit(LatexText.Protect(character));
        after = SkipEmptyGroup(after, end);

        if (!isMath)
        {
            while (after < end && source[after] is '_' or '^')
                after = ProseScript(after, end);
            return after;
        }

        // The space that ends a name is dropped, unless the symbol has a space on its other side, too.
        int next = SkipSpaces(after, end);
        bool hugs = text.Length == 1 && (char.IsLetter(text[0]) || text[0] is '∂' or '∇' or '∀' or '∃' or '¬');
        return (hugs ? StartsLetter(next, end) : !isSpaced) ? next : after;
    }

    private bool StartsLetter(int position, int end)
    {
        if (position >= end || source[position] != '\\')
            return position < end && char.IsLetter(source[position]);

        ReadOnlySpan<char> name = source.AsSpan(position + 1, EndOfLetters(position + 1, end) - position - 1);
        return LatexCommands.TryFind(name, out LatexCommand command)
            && command is { Kind: LatexKind.Symbol, Text: [var only] } && char.IsLetter(only);
    }

    /// <summary>A script after a symbol in prose: <c>\chi_1</c>, but <c>\chi_squared</c> is a name.</summary>
    private int ProseScript(int position, int end)
    {
        int start = position + 1;
        bool isGroup = FindCloser(start, end) >= 0;
        bool isSingle = start < end && (char.IsAsciiDigit(source[start]) || EndOfLetters(start, end) == start + 1);
        if (!isGroup && !isSingle && !StartsCommand(start, end))
        {
            Emit(source[position]);
            return start;
        }

        EmitScript(source[position], Atom(ref start, end));
        return start;
    }

    private int Letter(string text, int after, int end, bool isMath)
    {
        Emit(text);
        int next = SkipSpaces(SkipEmptyGroup(after, end), end);
        return !isMath && next < end && char.IsLetter(source[next]) ? next : SkipEmptyGroup(after, end);
    }

    /// <summary>Writes a word such as "log", set off from letters and digits on both sides.</summary>
    private int Word(string text, int after)
    {
        if (text.Length == 0)
            return after;
        if (char.IsLetter(Last) || char.IsNumber(Last) || Last == ')')
            gapBeforeWord = true;
        Emit(text);
        gapBeforeWord = true;
        return after;
    }

    /// <summary>Writes an accented letter; returns -1 if prose has no letter here that takes the accent.</summary>
    private int Accent(char mark, int after, int end, bool isLetter, bool isMath, char sign = '\0')
    {
        bool isNamed = sign == '\0';
        int start = isNamed ? SkipSpaces(after, end) : after;
        if (start >= end)
            return isNamed && !isLetter ? start : -1;

        bool isArgument = FindCloser(start, end) >= 0 || StartsCommand(start, end);
        if (isArgument || (isMath && isNamed && !isLetter))
        {
            bool isCommand = source[start] == '\\';
            string argument = Atom(ref start, end);
            if (isCommand && !isMath)
                start = SkipSpaces(start, end);
            if (argument.Length == 0 && !isNamed)
                Emit(LatexText.Protect(sign));

            // An accent over several letters would apply to the first only.
            bool takesMark = argument.Length > 0 && (char.IsLetterOrDigit(argument[0]) || argument is "∂" or "∇")
                && (argument.Length == 1 || isLetter || !isNamed || !char.IsLetterOrDigit(argument[1]));
            Emit(takesMark ? LatexScripts.Accent(argument, mark) : argument);
            return start;
        }

        bool canTakeMark = char.IsLetter(source[start]) && !(isMath && isLetter);
        string letter = canTakeMark ? LatexScripts.Accent(source[start].ToString(), mark) : "";
        if (letter.Length != 1)
            return isNamed && !isLetter ? start : -1;
        Emit(letter);
        return start + 1;
    }

    private bool StartsCommand(int position, int end) =>
        position + 1 < end && source[position] == '\\' && char.IsAsciiLetter(source[position + 1]);

    /// <summary>The argument of a styling command, without its braces.</summary>
    private int Group(int after, int end, bool isMath)
    {
        int start = SkipSpaces(after, end);
        if (start < end && source[start] == '{' && FindCloser(start, end) is >= 0 and var close)
        {
            Convert(start + 1, close, isMath);
            return close + 1;
        }

        if (start < end && source[start] == '{')
            return start + 1;
        return Last is ' ' or '\0' ? start : after;
    }

    private int SkipOpenBrace(int position, int end) =>
        position < end && source[position] == '{' ? position + 1 : position;

    private int Delimiter(int after, int end)
    {
        int next = SkipSpaces(after, end);
        return next < end && source[next] == '.' ? next + 1 : next;
    }
}
