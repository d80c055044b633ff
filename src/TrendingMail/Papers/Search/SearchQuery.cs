namespace TrendingMail.Papers.Search;

/// <summary>
/// What a person looks for: <c>words</c>, <c>"a phrase"</c>, <c>begin*</c>, <c>-without</c>, <c>author:name</c>,
/// <c>title:word</c>, <c>category:cs.CL</c>, <c>after:2026-01-01</c>, <c>before:2026-02</c>, <c>date:2026-01..2026-02</c>.
/// A paper is found where all of it holds.
/// </summary>
public sealed record SearchQuery
{
    /// <summary>More characters than this are not read.</summary>
    public const int MaximumLength = 500;

    /// <summary>Letters that a beginning must have; a shorter one begins too many words, and is taken for a word.</summary>
    public const int ShortestBeginning = 4;

    /// <summary>More terms than this are not looked for.</summary>
    public const int MaximumTerms = 16;

    /// <summary>All of these must be there.</summary>
    public IReadOnlyList<SearchTerm> Terms { get; init; } = [];

    /// <summary>None of these may be there.</summary>
    public IReadOnlyList<SearchTerm> Exclusions { get; init; } = [];

    /// <summary>The first day (UTC) of listing.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day (UTC) of listing.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Whether nothing is asked for; then nothing is found.</summary>
    public bool IsEmpty => Terms.Count == 0 && Exclusions.Count == 0 && From is null && To is null;

    /// <summary>Reads what a person typed. Whatever cannot be understood is searched as words; nothing is an error.</summary>
    public static SearchQuery Parse(string? text) => new SearchParser(text ?? "").Parse();

    /// <summary>The query as it was understood.</summary>
    public override string ToString() => string.Join(' ',
    [
        .. Terms.Select(term => term.ToString()),
        .. Exclusions.Select(term => $"-{term}"),
        .. From is { } from ? [$"after:{from:yyyy-MM-dd}"] : Array.Empty<string>(),
        .. To is { } to ? [$"until:{to:yyyy-MM-dd}"] : Array.Empty<string>(),
    ]);
}
