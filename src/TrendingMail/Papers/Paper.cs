namespace TrendingMail.Papers;

/// <summary>A paper as one source reports it on one day.</summary>
public sealed record ListedPaper
{
    /// <summary>arXiv identifier without version, where the paper has one.</summary>
    public string? ArxivId { get; init; }

    /// <summary>As the source spells it: may hold LaTeX and line breaks.</summary>
    public required string Title { get; init; }

    /// <summary>As the source spells it: may hold LaTeX and line breaks.</summary>
    public required string Abstract { get; init; }

    public string? AiSummary { get; init; }

    public required IReadOnlyList<string> Authors { get; init; }

    public required IReadOnlyList<string> Keywords { get; init; }

    public string? Organization { get; init; }

    public int Upvotes { get; init; }

    public int Comments { get; init; }

    /// <summary>Stars of the code's repository; null where the source knows none.</summary>
    public int? Stars { get; init; }

    public string? CodeUrl { get; init; }

    public string? ProjectUrl { get; init; }

    /// <summary>The day (UTC) on which the source listed it.</summary>
    public required DateOnly ListedOn { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>What makes it the same paper in every source: the arXiv identifier, else the title with its first author.</summary>
    public string Identity => ArxivId is not null
        ? $"arxiv:{ArxivId}"
        : $"title:{Normalized(Title)}|{Normalized(Authors.Count > 0 ? Authors[0] : "")}";

    private static string Normalized(string text) =>
        string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}

/// <summary>A paper as we keep it.</summary>
public sealed record Paper
{
    public required long Id { get; init; }

    public required string Identity { get; init; }

    public string? ArxivId { get; init; }

    public required string Title { get; init; }

    public required string Abstract { get; init; }

    public string? AiSummary { get; init; }

    public required IReadOnlyList<string> Authors { get; init; }

    public required IReadOnlyList<string> Keywords { get; init; }

    public string? Organization { get; init; }

    public int Upvotes { get; init; }

    public int Comments { get; init; }

    public int? Stars { get; init; }

    public string? CodeUrl { get; init; }

    public string? ProjectUrl { get; init; }

    public required DateOnly ListedOn { get; init; }

    public required string Source { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>The number of the edition it stands in; null while it waits for one.</summary>
    public int? Edition { get; init; }
}
