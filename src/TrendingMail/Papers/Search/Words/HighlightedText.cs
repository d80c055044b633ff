namespace TrendingMail.Papers.Search.Words;

/// <summary>A segment of plain text, marked if it is a search hit. It still needs escaping.</summary>
public sealed record TextSegment(string Text, bool IsMarked);

/// <summary>Plain text as consecutive segments.</summary>
public sealed record HighlightedText(IReadOnlyList<TextSegment> Segments)
{
    public override string ToString() => string.Concat(Segments.Select(segment => segment.Text));
}
