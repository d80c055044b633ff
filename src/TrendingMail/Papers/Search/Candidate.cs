namespace TrendingMail.Papers.Search;

/// <summary>A paper that matches the whole query, with the fields that determine its rank.</summary>
public sealed record Candidate
{
    public required long Id { get; init; }

    public required string Title { get; init; }

    public required string Abstract { get; init; }

    public required IReadOnlyList<string> Authors { get; init; }

    public required IReadOnlyList<string> Keywords { get; init; }

    public required DateOnly ListedOn { get; init; }
}
