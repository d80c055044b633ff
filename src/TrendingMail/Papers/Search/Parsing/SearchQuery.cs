namespace TrendingMail.Papers.Search.Parsing;

/// <summary>
/// A search query: <c>words</c>, <c>"a phrase"</c>, <c>prefix*</c>, <c>-excluded</c>, <c>author:name</c>,
/// <c>title:word</c>, <c>category:cs.CL</c>, <c>after:2026-01-01</c>, <c>before:2026-02</c>,
/// <c>date:2026-01..2026-02</c>. A paper matches if all conditions hold. An identifier in any form, such as
/// <c>arXiv:2405.15738v2 [cs.CV]</c> or a URL, finds that paper whatever other words stand beside it.
/// </summary>
public sealed record SearchQuery
{
    /// <summary>Longer queries are truncated to this many characters.</summary>
    public const int MaximumLength = 500;

    /// <summary>
    /// The minimum length of a prefix; a shorter one would match too many words and is taken as a word.
    /// </summary>
    public const int MinimumPrefixLength = 4;

    /// <summary>Terms beyond this number are ignored.</summary>
    public const int MaximumTerms = 16;

    /// <summary>Terms that must all match.</summary>
    public IReadOnlyList<SearchTerm> Terms { get; init; } = [];

    /// <summary>Terms that must not match.</summary>
    public IReadOnlyList<SearchTerm> Exclusions { get; init; } = [];

    /// <summary>The first listing day (UTC).</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last listing day (UTC).</summary>
    public DateOnly? To { get; init; }

    /// <summary>Whether the query has no conditions; it then matches nothing.</summary>
    public bool IsEmpty => Terms.Count == 0 && Exclusions.Count == 0 && From is null && To is null;

    /// <summary>Whether a paper without categories cannot match.</summary>
    public bool AsksCategory => Terms.Any(term => term.Field == SearchField.Category);

    /// <summary>Parses user input. What is not valid syntax is searched as words; no input is an error.</summary>
    public static SearchQuery Parse(string? text) => new SearchParser(text ?? "").Parse();

    /// <summary>The query as parsed.</summary>
    public override string ToString() => string.Join(' ',
    [
        .. Terms.Select(term => term.ToString()),
        .. Exclusions.Select(term => $"-{term}"),
        .. From is { } from ? [$"after:{from:yyyy-MM-dd}"] : Array.Empty<string>(),
        .. To is { } to ? [$"until:{to:yyyy-MM-dd}"] : Array.Empty<string>(),
    ]);
}
