using System.Globalization;

namespace TrendingMail.Templates.Text;

/// <summary>Shortens text at a sentence or word boundary.</summary>
public static class Excerpt
{
    // Whole sentences shorter than this share of the limit say too little: cut within the next sentence instead.
    private const double MinimumShare = 0.4;

    private const char Ellipsis = '…';

    // A bracket that closes later than this after the cut is no reason to look for another sentence.
    private const int BracketWindow = 300;

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
        bool[] bracketed = SentenceEnd.FindBracketed(text, maximumLength + BracketWindow);
        for (int end = maximumLength; end > 0; end--)
        {
            bool ends = char.IsWhiteSpace(text[end]) ? EndsSentence(text, end) : EndsEastAsianSentence(text, end);
            if (ends && !bracketed[end])
                return end;
        }

        return 0;
    }

    private static bool EndsSentence(string text, int end)
    {
        int stop = end;
        while (stop > 0 && text[stop - 1] is ')' or ']' or '"' or '\'' or '”' or '’' or '»')
            stop--;
        char punctuation = stop > 0 ? text[stop - 1] : ' ';
        return punctuation is '!' or '?' || EastAsianText.EndsSentence(punctuation)
            || (punctuation == '.' && SentenceEnd.IsAt(text, stop - 1, end));
    }

    private static bool EndsEastAsianSentence(string text, int end)
    {
        int stop = end;
        while (stop > 0 && EastAsianText.IsCloser(text[stop - 1]))
            stop--;
        return stop > 0 && EastAsianText.EndsSentence(text[stop - 1])
            && !EastAsianText.EndsSentence(text[end]) && !EastAsianText.IsCloser(text[end]);
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
        while (end > 0 && !char.IsWhiteSpace(text[end]) && !EastAsianText.CanBreakBetween(text[end - 1], text[end]))
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
