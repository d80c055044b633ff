namespace TrendingMail.Papers;

/// <summary>A paper as one source reports it on one day.</summary>
public sealed record ListedPaper
{
    /// <summary>arXiv identifier without version, where the paper has one.</summary>
    public string? ArxivId { get; init; }

    /// <summary>The version of <see cref="ArxivId"/> that is reported, from 1; null where the source does not say.</summary>
    public int? Version { get; init; }

    /// <summary>As <see cref="Papers.Doi.Parse"/> gives it.</summary>
    public string? Doi { get; init; }

    /// <summary>As the source spells it: may hold LaTeX and line breaks.</summary>
    public required string Title { get; init; }

    /// <summary>As the source spells it: may hold LaTeX and line breaks.</summary>
    public required string Abstract { get; init; }

    public string? AiSummary { get; init; }

    public required IReadOnlyList<string> Authors { get; init; }

    public required IReadOnlyList<string> Keywords { get; init; }

    /// <summary>arXiv's categories such as <c>cs.LG</c>, the primary one first.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    public string? Organization { get; init; }

    public int Upvotes { get; init; }

    public int Comments { get; init; }

    /// <summary>Stars of the code's repository; null where the source knows none.</summary>
    public int? Stars { get; init; }

    /// <summary>Whether the source counts votes at all: only then does a count of none say something.</summary>
    public bool HasCounts { get; init; }

    public string? CodeUrl { get; init; }

    public string? ProjectUrl { get; init; }

    public string? ThumbnailUrl { get; init; }

    /// <summary>Who put it on the source's list, by the name shown there.</summary>
    public string? Submitter { get; init; }

    /// <summary>The day (UTC) on which the source listed it.</summary>
    public required DateOnly ListedOn { get; init; }

    /// <summary>What <see cref="ListedOn"/> rests on.</summary>
    public Listing Listing { get; init; } = Listing.Listed;

    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>When all this was so, to tell newer facts from older ones; null for the beginning of the listing's day.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>What makes it the same paper in every source: the arXiv identifier, else the DOI, else the title with its first author.</summary>
    public string Identity => PaperKeys.Of(this)[0];
}

/// <summary>A paper as we keep it.</summary>
public sealed record Paper
{
    public required long Id { get; init; }

    public required string Identity { get; init; }

    public string? ArxivId { get; init; }

    public string? Doi { get; init; }

    public required string Title { get; init; }

    public required string Abstract { get; init; }

    public string? AiSummary { get; init; }

    public required IReadOnlyList<string> Authors { get; init; }

    public required IReadOnlyList<string> Keywords { get; init; }

    /// <summary>arXiv's categories, the primary one first.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    public string? Organization { get; init; }

    public int Upvotes { get; init; }

    public int Comments { get; init; }

    public int? Stars { get; init; }

    public string? CodeUrl { get; init; }

    public string? ProjectUrl { get; init; }

    public string? ThumbnailUrl { get; init; }

    public string? Submitter { get; init; }

    /// <summary>The versions on arXiv that were reported, such as v1 and v2.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    public required DateOnly ListedOn { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Of the sources that report it, the one that says most about it.</summary>
    public required string Source { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>The number of the edition it stands in; null while it waits for one.</summary>
    public int? Edition { get; init; }
}

/// <summary>A paper's counts as one look found them.</summary>
public sealed record Poll
{
    public required string Source { get; init; }

    public required DateTimeOffset PolledAt { get; init; }

    public required int Upvotes { get; init; }

    public required int Comments { get; init; }

    public int? Stars { get; init; }
}
