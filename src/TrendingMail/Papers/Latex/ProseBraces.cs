using System.Buffers;
using System.Collections.Frozen;

namespace TrendingMail.Papers.Latex;

/// <summary>What a pair of braces in prose means.</summary>
internal enum BraceMeaning
{
    /// <summary>Part of the text: code, a placeholder, a set.</summary>
    Literal,

    /// <summary>A group of TeX: only its content prints.</summary>
    Group,

    /// <summary>A group that begins with a switch without its backslash: <c>{bf x}</c>.</summary>
    Switch,

    /// <summary>The name of a symbol without its backslash: <c>{sim}</c>.</summary>
    Symbol,

    /// <summary>A subscript without its underscore: <c>w{rh}</c>.</summary>
    Index,

    /// <summary>The argument of a command without its backslash: <c>ion{Fe}</c>.</summary>
    Argument,
}

/// <summary>Tells the braces of TeX from those of the text.</summary>
internal static class ProseBraces
{
    /// <summary>Longer contents are judged by their beginning.</summary>
    private const int Window = 200;

    /// <summary>So many words in a row are a phrase and no member of a set.</summary>
    private const int PhraseLength = 3;

    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-–'’");

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.,<>~+-−±");

    private static readonly FrozenSet<string> Switches =
        FrozenSet.Create("bf", "it", "em", "rm", "sc", "tt", "sf", "cal");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> SwitchLookup =
        Switches.GetAlternateLookup<ReadOnlySpan<char>>();

    public static BraceMeaning Classify(string source, int open, int close)
    {
        ReadOnlySpan<char> content = source.AsSpan(open + 1, Math.Min(close - open - 1, Window));
        char before = open > 0 ? source[open - 1] : ' ';
        char after = close + 1 < source.Length ? source[close + 1] : ' ';
        bool isAfterWord = char.IsLetterOrDigit(before);
        if (content.IsEmpty)
            return isAfterWord || before is ']' or ')' or '}' || after == '{'
                ? BraceMeaning.Group : BraceMeaning.Literal;
        if (IsPlaceholder(source, open, close, content))
            return BraceMeaning.Literal;
        if (content[0] is '$' or '{' or '\\')
            return BraceMeaning.Group;
        if (content.StartsWith("http", StringComparison.Ordinal))
            return BraceMeaning.Argument;
        if (IsNumber(content))
            return isAfterWord || content.Length > 1 || char.IsLetterOrDigit(after)
                || after is '%' or '(' or '°' or '-' or '}'
                ? BraceMeaning.Group : BraceMeaning.Literal;
        if (content.Length == 1)
            return BraceMeaning.Group;
        if (StrippedCommands.IsSymbol(content))
            return BraceMeaning.Symbol;

        int space = content.IndexOf(' ');
        if (space > 0 && SwitchLookup.Contains(content[..space]))
            return BraceMeaning.Switch;
        if (content.ContainsAny(",:;|=") && !HasPhrase(content))
            return BraceMeaning.Literal;
        return isAfterWord ? AfterWord(source, open, content, after) : BraceMeaning.Group;
    }

    private static BraceMeaning AfterWord(string source, int open, ReadOnlySpan<char> content, char after)
    {
        // "Le{ar}ner", "learn{ING}"
        if (char.IsLetter(after) || content.Length == 1 || after == '-')
            return BraceMeaning.Group;

        bool isVariable = open < 2 || !char.IsLetterOrDigit(source[open - 2]);
        if (isVariable)
            return content.ContainsAnyExceptInRange('a', 'z') ? BraceMeaning.Group : BraceMeaning.Index;
        return char.IsUpper(content[0]) && content.ContainsAnyInRange('a', 'z') || content.Contains(' ')
            ? BraceMeaning.Argument : BraceMeaning.Group;
    }

    /// <summary>
    /// Code, or a gap to be filled in: <c>/users/{id}</c>, <c>{"a": 1}</c>, <c>&lt;a&gt; {answer} &lt;/a&gt;</c>.
    /// </summary>
    private static bool IsPlaceholder(string source, int open, int close, ReadOnlySpan<char> content)
    {
        char before = open > 0 ? source[open - 1] : ' ';
        char after = close + 1 < source.Length ? source[close + 1] : ' ';
        if (content.TrimStart(' ') is ['"' or '\'', ..])
            return true;
        if (before is '/' or '_' or '#' or '`' or '@' || after is '/' or '`')
            return true;
        if (after == '_' && content.Length > 2 && !content.ContainsAnyExceptInRange('a', 'z')
            && !StrippedCommands.IsSymbol(content))
            return true;
        return NonSpace(open - 1, -1) == '>' && NonSpace(close + 1, 1) == '<';

        char NonSpace(int position, int step)
        {
            if (position >= 0 && position < source.Length && source[position] == ' ')
                position += step;
            return position >= 0 && position < source.Length ? source[position] : '\0';
        }
    }

    private static bool IsNumber(ReadOnlySpan<char> content) =>
        !content.ContainsAnyExcept(NumberCharacters) && content.ContainsAnyInRange('0', '9');

    private static bool HasPhrase(ReadOnlySpan<char> content)
    {
        int words = 0;
        foreach (Range range in content.Split(' '))
        {
            ReadOnlySpan<char> word = content[range];
            bool endsPhrase = word.IsEmpty || ",.;:".Contains(word[^1]);
            ReadOnlySpan<char> letters = endsPhrase && !word.IsEmpty ? word[..^1] : word;
            bool isWord = letters.Length >= 2 && !letters.ContainsAnyExcept(WordCharacters);
            words = isWord || word is "a" ? words + 1 : 0;
            if (words >= PhraseLength)
                return true;
            if (endsPhrase)
                words = 0;
        }

        return false;
    }
}
