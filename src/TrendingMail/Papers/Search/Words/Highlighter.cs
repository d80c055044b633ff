using TrendingMail.Papers.Search.Parsing;

namespace TrendingMail.Papers.Search.Words;

/// <summary>Marks search hits in a text and extracts the snippet that shows most of them.</summary>
internal sealed class Highlighter(TermMatcher matcher)
{
    /// <summary>Characters per snippet: three lines on a screen.</summary>
    private const int SnippetLength = 280;

    /// <summary>Characters of context before a hit.</summary>
    private const int LeadingContext = 60;

    private const string Ellipsis = "…";

    /// <summary>The whole text with its hits marked.</summary>
    public HighlightedText Mark(string text, SearchField field) =>
        new(CreateSegments(text, 0, text.Length, FindHits(text, field)));

    /// <summary>The part of a text with the most distinct hits, or its beginning if there are none.</summary>
    public HighlightedText Snippet(string text, SearchField field)
    {
        var hits = FindHits(text, field);
        if (text.Length <= SnippetLength)
        {
            return new HighlightedText(CreateSegments(text, 0, text.Length, hits));
        }

        var start = hits.Count == 0 ? 0 : FindBestStart(text, hits);
        var end = FindEnd(text, start);
        var segments = CreateSegments(text, start, end, hits);
        if (start > 0)
        {
            segments.Insert(0, new TextSegment(Ellipsis, false));
        }

        if (end < text.Length)
        {
            segments.Add(new TextSegment(Ellipsis, false));
        }

        return new HighlightedText(segments);
    }

    private static int FindBestStart(string text, List<Hit> hits)
    {
        var (best, bestValue) = (0, 0);
        var candidates = hits.Select(hit => FindStart(text, hit.Start)).Prepend(0).Distinct();
        foreach (var start in candidates)
        {
            var inside = hits.Where(hit => hit.Start >= start && hit.End <= start + SnippetLength).ToList();
            var value = (inside.Select(hit => hit.Term).Distinct().Count() * 100) + inside.Count;
            if (value > bestValue)
            {
                (best, bestValue) = (start, value);
            }
        }

        return best;
    }

    /// <summary>
    /// The start of a word shortly before a hit; earlier near the end of the text, to fill the snippet.
    /// </summary>
    private static int FindStart(string text, int hit)
    {
        var start = Math.Min(hit - LeadingContext, text.Length - SnippetLength);
        if (start <= 0)
        {
            return 0;
        }

        while (start < hit && !char.IsWhiteSpace(text[start - 1]))
        {
            start++;
        }

        return start;
    }

    private static int FindEnd(string text, int start)
    {
        if (start + SnippetLength >= text.Length)
        {
            return text.Length;
        }

        var end = start + SnippetLength;
        while (end > start && !char.IsWhiteSpace(text[end]))
        {
            end--;
        }

        if (end == start)
        {
            end = start + SnippetLength;
            return char.IsHighSurrogate(text[end - 1]) ? end - 1 : end;
        }

        while (char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return end;
    }

    private static List<TextSegment> CreateSegments(string text, int start, int end, List<Hit> hits)
    {
        var segments = new List<TextSegment>();
        var position = start;
        foreach (var hit in hits)
        {
            if (hit.Start < position || hit.End > end)
            {
                continue;
            }

            if (hit.Start > position)
            {
                segments.Add(new TextSegment(text[position..hit.Start], false));
            }

            segments.Add(new TextSegment(text[hit.Start..hit.End], true));
            position = hit.End;
        }

        if (position < end)
        {
            segments.Add(new TextSegment(text[position..end], false));
        }

        return segments;
    }

    private List<Hit> FindHits(string text, SearchField field)
    {
        var words = matcher.Tokenize(text);
        var hits = new List<Hit>();
        for (var index = 0; index < words.Count; index++)
        {
            if (words[index].Matches == 0)
            {
                continue;
            }

            // The longest term that matches here: a phrase is one hit.
            var longest = matcher.Terms
                .Where(term => term.Field == SearchField.Anywhere || term.Field == field)
                .MaxBy(term => term.LengthAt(words, index));
            if (longest?.LengthAt(words, index) is { } length and > 0)
            {
                hits.Add(new Hit(words[index].Start, words[index + length - 1].End, longest));
            }
        }

        return hits;
    }

    private readonly record struct Hit(int Start, int End, MatchedTerm Term);
}
