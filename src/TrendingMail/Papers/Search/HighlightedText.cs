namespace TrendingMail.Papers.Search;

/// <summary>A piece of plain text, marked where it is what was searched. It still needs escaping.</summary>
public sealed record TextSegment(string Text, bool IsMarked);

/// <summary>Plain text in pieces; together they are the text.</summary>
public sealed record HighlightedText(IReadOnlyList<TextSegment> Segments)
{
    public override string ToString() => string.Concat(Segments.Select(segment => segment.Text));
}
