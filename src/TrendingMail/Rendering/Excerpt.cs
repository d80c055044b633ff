using System.Globalization;

namespace TrendingMail.Rendering;

/// <summary>Shortens a text where a reader would pause.</summary>
public static class Excerpt
{
    // A shorter beginning says too little; then a cut within the next sentence serves the reader better.
    private const double LeastShare = 0.4;

    private const char Ellipsis = '…';

    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "al", "approx", "ca", "cf", "ch", "def", "dr", "ed", "eds", "eq", "eqn", "eqs", "fig", "figs", "mr", "mrs",
        "ms", "pp", "prof", "ref", "refs", "resp", "sec", "sect", "st", "tab", "thm", "viz", "vol", "vs",
    };

    /// <summary>
    /// Returns the text whole if it has at most <paramref name="maximumLength"/> characters; otherwise its sentences
    /// that fit, or if they are too short, its words that fit and an ellipsis.
    /// </summary>
    public static string AtSentence(string text, int maximumLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= maximumLength)
            return text;
        if (maximumLength <= 0)
            return "";

        int end = LastSentenceEnd(text, maximumLength);
        return end >= LeastShare * maximumLength ? text[..end] : AtWord(text, maximumLength);
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
            char sign = stop > 0 ? text[stop - 1] : ' ';
            if (sign is '!' or '?' || (sign == '.' && EndsSentence(text, stop - 1, end)))
                return end;
        }

        return 0;
    }

    /// <summary>Whether a full stop ends a sentence, not an abbreviation, an initial or a list's number.</summary>
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

    /// <summary>Single letters with full stops between them: "e.g", "i.i.d".</summary>
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
    /// Returns the text whole if it has at most <paramref name="maximumLength"/> characters; otherwise its words that fit
    /// and an ellipsis.
    /// </summary>
    public static string AtWord(string text, int maximumLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= maximumLength)
            return text;
        if (maximumLength <= 0)
            return "";

        int room = maximumLength - 1;
        int end = room;
        while (end > 0 && !char.IsWhiteSpace(text[end]))
            end--;

        if (end == 0)
            end = LastGraphemeBoundary(text, room);
        string words = text[..end].TrimEnd();
        string trimmed = words.TrimEnd(',', ';', ':', '-', '–', '—', ' ');
        return (trimmed.Length > 0 ? trimmed : words) + Ellipsis;
    }

    private static int LastGraphemeBoundary(string text, int room)
    {
        int end = 0;
        while (end < text.Length)
        {
            int length = StringInfo.GetNextTextElementLength(text, end);
            if (end + length > room)
                break;
            end += length;
        }

        return end;
    }
}
