using System.Globalization;

namespace TrendingMail.Templates;

/// <summary>Shortens text at a sentence or word boundary.</summary>
public static class Excerpt
{
    // Whole sentences shorter than this share of the limit say too little: cut within the next sentence instead.
    private const double MinimumShare = 0.4;

    private const char Ellipsis = '…';

    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "al", "approx", "ca", "cf", "ch", "def", "dr", "ed", "eds", "eq", "eqn", "eqs", "fig", "figs", "mr", "mrs",
        "ms", "pp", "prof", "ref", "refs", "resp", "sec", "sect", "st", "tab", "thm", "viz", "vol", "vs",
    };

    /// <summary>
    /// Returns the whole text if it has at most <paramref name="maximumLength"/> characters; otherwise the sentences
    /// that fit or, if those are too short, the words that fit and an ellipsis.
    /// </summary>
    public static string AtSentence(string text, int maximumLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= maximumLength)
            return text;
        if (maximumLength <= 0)
            return "";

        int end = LastSentenceEnd(text, maximumLength);
        return end >= MinimumShare * maximumLength ? text[..end] : AtWord(text, maximumLength);
    }

    private static int LastSentenceEnd(string text, int maximumLength)
    {
        for (int end = maximumLength; end > 0; end--)
        {
            if (!char.IsWhiteSpace(text[end]))
                continue;

            int stop = end;
            while (stop > 0 && text[stop - 1] is ')' or ']' or '"' or '\'' or '”' or '’' or '»')
                stop--;
            char punctuation = stop > 0 ? text[stop - 1] : ' ';
            if (punctuation is '!' or '?' || (punctuation == '.' && EndsSentence(text, stop - 1, end)))
                return end;
        }

        return 0;
    }

    /// <summary>Whether a full stop ends a sentence rather than an abbreviation, an initial or a list number.</summary>
    private static bool EndsSentence(string text, int stop, int end)
    {
        int start = stop;
        while (start > 0 && !char.IsWhiteSpace(text[start - 1]) && text[start - 1] is not ('(' or '[' or '~'))
            start--;

        ReadOnlySpan<char> word = text.AsSpan(start, stop - start);
        if (word.IsEmpty)
            return false;

        bool isInitial = word.Length == 1 && char.IsUpper(word[0]);
        bool isDotted = word.Length > 1 && word[1] == '.' && IsDotted(word);
        bool isNumbered = word.Equals("no", StringComparison.OrdinalIgnoreCase) && NextIsDigit(text, end);
        bool isListNumber = word.Length <= 2 && !word.ContainsAnyExceptInRange('0', '9') && OpensList(text, start);
        bool isAbbreviation = Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);
        return !isInitial && !isDotted && !isNumbered && !isListNumber && !isAbbreviation;
    }

    /// <summary>Whether a word is single letters separated by full stops: "e.g", "i.i.d".</summary>
    private static bool IsDotted(ReadOnlySpan<char> word)
    {
        for (int i = 0; i < word.Length; i++)
        {
            if (i % 2 == 0 ? !char.IsLetter(word[i]) : word[i] != '.')
                return false;
        }

        return true;
    }

    private static bool NextIsDigit(string text, int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
            position++;
        return position < text.Length && char.IsAsciiDigit(text[position]);
    }

    private static bool OpensList(string text, int start)
    {
        int before = start - 1;
        while (before >= 0 && char.IsWhiteSpace(text[before]))
            before--;
        return before < 0 || text[before] is ':' or ';' or ',' or '.';
    }

    /// <summary>
    /// Returns the whole text if it has at most <paramref name="maximumLength"/> characters; otherwise the words that
    /// fit and an ellipsis.
    /// </summary>
    public static string AtWord(string text, int maximumLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= maximumLength)
            return text;
        if (maximumLength <= 0)
            return "";

        int available = maximumLength - 1;
        int end = available;
        while (end > 0 && !char.IsWhiteSpace(text[end]))
            end--;

        if (end == 0)
            end = LastGraphemeBoundary(text, available);
        string words = text[..end].TrimEnd();
        string trimmed = words.TrimEnd(',', ';', ':', '-', '–', '—', ' ');
        return (trimmed.Length > 0 ? trimmed : words) + Ellipsis;
    }

    private static int LastGraphemeBoundary(string text, int maximumLength)
    {
        int end = 0;
        while (end < text.Length)
        {
            int length = StringInfo.GetNextTextElementLength(text, end);
            if (end + length > maximumLength)
                break;
            end += length;
        }

        return end;
    }
}
