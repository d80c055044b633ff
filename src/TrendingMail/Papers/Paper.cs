using TrendingMail.Papers.Identifiers;

namespace TrendingMail.Papers;

/// <summary>One source's report of a paper on one day.</summary>
public sealed record ListedPaper
{
    /// <summary>The arXiv identifier without its version; null if the paper has none.</summary>
    public string? ArxivId { get; init; }

    /// <summary>The reported version of <see cref="ArxivId"/>, from 1; null if unknown.</summary>
    public int? Version { get; init; }

    /// <summary>Normalized by <see cref="Identifiers.Doi.Parse"/>.</summary>
    public string? Doi { get; init; }

    /// <summary>Verbatim from the source; may contain LaTeX and line breaks.</summary>
    public required string Title { get; init; }

    /// <summary>Verbatim from the source; may contain LaTeX and line breaks.</summary>
    public required string Abstract { get; init; }

    public string? AiSummary { get; init; }

    public required IReadOnlyList<string> Authors { get; init; }

    public required IReadOnlyList<string> Keywords { get; init; }

    /// <summary>arXiv categories such as <c>cs.LG</c>, primary category first.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    public string? Organization { get; init; }

    public int Upvotes { get; init; }

    public int Comments { get; init; }

    /// <summary>GitHub stars of the code repository; null if unknown.</summary>
    public int? Stars { get; init; }

    /// <summary>Whether the source reports vote counts, so that 0 upvotes means none rather than unknown.</summary>
    public bool HasCounts { get; init; }

    public string? CodeUrl { get; init; }

    public string? ProjectUrl { get; init; }

    public string? ThumbnailUrl { get; init; }

    /// <summary>Display name of the person who submitted the paper to the source.</summary>
    public string? Submitter { get; init; }

    /// <summary>The day (UTC) on which the source listed it.</summary>
    public required DateOnly ListedOn { get; init; }

    /// <summary>How <see cref="ListedOn"/> was determined.</summary>
    public ListingKind Listing { get; init; } = ListingKind.Listed;

    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>
    /// The time as of which this report is valid; orders reports of the same paper. Null means midnight UTC of
    /// <see cref="ListedOn"/>.
    /// </summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>
    /// Identifies the paper across sources: the arXiv identifier, else the DOI, else title and first author.
    /// </summary>
    public string Identity => PaperKeys.For(this)[0];
}

/// <summary>A stored paper, merged from the reports of all sources.</summary>
public sealed record Paper
{
    public required long Id { get; init; }

    public required string Identity { get; init; }

    public string? ArxivId { get; init; }

    public string? Doi { get; init; }

    /// <summary>As displayed: one line without LaTeX, whatever the sources report.</summary>
    public required string Title { get; init; }

    /// <inheritdoc cref="Title"/>
    public required string Abstract { get; init; }

    /// <inheritdoc cref="Title"/>
    public string? AiSummary { get; init; }

    /// <inheritdoc cref="Title"/>
    public required IReadOnlyList<string> Authors { get; init; }

    public required IReadOnlyList<string> Keywords { get; init; }

    /// <summary>arXiv categories, primary category first.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    public string? Organization { get; init; }

    public int Upvotes { get; init; }

    public int Comments { get; init; }

    public int? Stars { get; init; }

    public string? CodeUrl { get; init; }

    public string? ProjectUrl { get; init; }

    public string? ThumbnailUrl { get; init; }

    public string? Submitter { get; init; }

    /// <summary>The reported arXiv versions, such as v1 and v2.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    public required DateOnly ListedOn { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>The preferred source among those that report the paper.</summary>
    public required string Source { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>Number of the edition that contains the paper; null if not yet published.</summary>
    public int? Edition { get; init; }
}

/// <summary>A paper's counts at the time of one fetch.</summary>
public sealed record Poll
{
    public required string Source { get; init; }

    public required DateTimeOffset PolledAt { get; init; }

    public required int Upvotes { get; init; }

    public required int Comments { get; init; }

    public int? Stars { get; init; }
}
