namespace TrendingMail.Papers.Search;

/// <summary>Marks what was searched in a text, and cuts out the piece that shows the most of it.</summary>
internal sealed class Highlighter(TermMatcher matcher)
{
    /// <summary>Characters of a piece: three lines on a screen.</summary>
    private const int SnippetLength = 280;

    /// <summary>Characters before a hit that say what it is about.</summary>
    private const int Lead = 60;

    private const string Ellipsis = "…";

    /// <summary>The whole text with its hits.</summary>
    public HighlightedText Mark(string text, SearchField field) => new(Segments(text, 0, text.Length, Hits(text, field)));

    /// <summary>The piece of a text with the most different hits; its beginning where there is none.</summary>
    public HighlightedText Cut(string text, SearchField field)
    {
        var hits = Hits(text, field);
        if (text.Length <= SnippetLength)
        {
            return new HighlightedText(Segments(text, 0, text.Length, hits));
        }

        var start = hits.Count == 0 ? 0 : BestStart(text, hits);
        var end = EndOf(text, start);
        var segments = Segments(text, start, end, hits);
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

    private static int BestStart(string text, List<Hit> hits)
    {
        var (best, bestValue) = (0, 0);
        var candidates = hits.Select(hit => StartBefore(text, hit.Start)).Prepend(0).Distinct();
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

    /// <summary>A word's beginning a little before a hit; earlier where the text's end would leave room unused.</summary>
    private static int StartBefore(string text, int hit)
    {
        var start = Math.Min(hit - Lead, text.Length - SnippetLength);
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

    private static int EndOf(string text, int start)
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

    private static List<TextSegment> Segments(string text, int start, int end, List<Hit> hits)
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

    private List<Hit> Hits(string text, SearchField field)
    {
        var words = matcher.Read(text);
        var hits = new List<Hit>();
        for (var at = 0; at < words.Count; at++)
        {
            if (words[at].Matches == 0)
            {
                continue;
            }

            // The longest term that stands here: a phrase is one mark.
            var longest = matcher.Terms
                .Where(term => (term.Field == SearchField.Anywhere || term.Field == field) && term.StandsAt(words, at))
                .MaxBy(term => term.Bits.Count);
            if (longest is not null)
            {
                hits.Add(new Hit(words[at].Start, words[at + longest.Bits.Count - 1].End, longest));
            }
        }

        return hits;
    }

    private readonly record struct Hit(int Start, int End, MatchedTerm Term);
}
