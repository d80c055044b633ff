using TrendingMail.Papers.Sources.Http;

namespace TrendingMail.Papers.Sources;

/// <summary>A source of papers.</summary>
public interface IPaperSource
{
    string Name { get; }

    /// <summary>Whether it reports votes. They grow after the listing, so past days are fetched again.</summary>
    bool HasCounts => false;

    /// <summary>Whether it announces everything new, as opposed to a curated list.</summary>
    bool Announces => false;

    /// <summary>Fetches the papers that the source lists for a day.</summary>
    /// <exception cref="TrendingMailException">The source cannot be reached or its response is invalid.</exception>
    Task<FetchResult> FetchAsync(DateOnly day, CancellationToken cancellationToken);
}

/// <summary>The result of a fetch.</summary>
/// <param name="Papers">The valid entries.</param>
/// <param name="Problems">One line per skipped entry: which one, and why.</param>
public sealed record FetchResult(IReadOnlyList<ListedPaper> Papers, IReadOnlyList<string> Problems)
{
    /// <summary>How many entries there were, if some are neither papers of the day nor problems.</summary>
    public int? Entries { get; init; }

    /// <summary>Noteworthy but not an error, such as the number of replacements in a batch.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why only the first pages could be fetched; null if the result is complete.</summary>
    public string? Incomplete { get; init; }

    /// <summary>Why the papers are outdated, if the source returned those of an earlier day; else null.</summary>
    public string? Stale { get; init; }

    /// <summary>Whether the server reported no change since the last fetch (304) and sent no content.</summary>
    public bool Unchanged { get; init; }

    /// <summary>For the next conditional requests; to be stored together with the papers.</summary>
    public IReadOnlyList<HttpValidator> Validators { get; init; } = [];
}
