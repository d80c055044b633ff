using TrendingMail.Papers.Search.Words;
using TrendingMail.Storage;

namespace TrendingMail.Papers.Texts;

/// <summary>
/// Keywords, authors, organizations and categories of recent papers, most frequent first. Cached in memory.
/// </summary>
public sealed class PaperVocabulary(Database database, TimeProvider clock)
{
    private const int WindowDays = 60;

    private const int MaximumPapers = 10_000;

    private const int MaximumTermLength = 100;

    /// <summary>New papers arrive about once a day, while autocompletion queries this often.</summary>
    private static readonly TimeSpan CacheDuration = TimeSpan.FromMinutes(10);

    private volatile Snapshot? snapshot;

    /// <summary>The most frequent terms, for lists that are sent in full.</summary>
    public async Task<IReadOnlyList<string>> MostFrequentAsync(
        VocabularyKind kind, int limit, CancellationToken cancellationToken) =>
        [.. (await LoadTermsAsync(cancellationToken))[kind].Take(limit).Select(term => term.Name)];

    /// <summary>Whether recent papers have such terms at all; only those from arXiv have categories.</summary>
    public async Task<bool> HasAnyAsync(VocabularyKind kind, CancellationToken cancellationToken) =>
        (await LoadTermsAsync(cancellationToken))[kind].Length > 0;

    /// <summary>Terms that contain a word starting with the input; terms starting with it come first.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(
        VocabularyKind kind, string input, int limit, CancellationToken cancellationToken)
    {
        // The parts of "LeCun, Ya" occur in another order in the name.
        string[] prefixes = [.. input.Split(',').Select(WordTokenizer.FoldQuery)
            .Where(part => part.Length > 0).Select(part => $" {part}")];
        if (prefixes.Length == 0)
        {
            return [];
        }

        var found = (await LoadTermsAsync(cancellationToken))[kind]
            .Where(term => prefixes.All(prefix => term.Folded.Contains(prefix, StringComparison.Ordinal)))
            .Take(limit * 4);
        return [.. found.OrderBy(term => !term.Folded.StartsWith(prefixes[0], StringComparison.Ordinal))
            .Take(limit).Select(term => term.Name)];
    }

    private async Task<IReadOnlyDictionary<VocabularyKind, Term[]>> LoadTermsAsync(
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (snapshot is { } cached && now - cached.ReadAt < CacheDuration)
        {
            return cached.Terms;
        }

        var rows = await database.ReadAsync(session => session.QueryAsync<Row>("""
            SELECT keywords, authors, organization, categories
            FROM papers
            WHERE listed_on >= @from AND merged_into IS NULL
            ORDER BY listed_on DESC
            LIMIT @MaximumPapers
            """, new
        {
            from = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-WindowDays),
            MaximumPapers
        }), cancellationToken);
        var terms = new Dictionary<VocabularyKind, Term[]>
        {
            [VocabularyKind.Keyword] = ByFrequency(rows.SelectMany(row => row.Keywords)),
            [VocabularyKind.Author] = ByFrequency(rows.SelectMany(row => row.Authors)),
            [VocabularyKind.Organization] = ByFrequency(rows.Select(row => row.Organization).OfType<string>()),
            [VocabularyKind.Category] = ByFrequency(rows.SelectMany(row => row.Categories)),
        };
        snapshot = new Snapshot(now, terms);
        return terms;
    }

    private static Term[] ByFrequency(IEnumerable<string> names) =>
    [
        .. names.Where(name => name.Length is > 0 and <= MaximumTermLength)
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.OrdinalIgnoreCase)
            .Select(same => new Term(same.Key, $" {WordTokenizer.FoldText(same.Key)}")),
    ];

    /// <param name="Folded">The words as they are searched, each after a space.</param>
    private readonly record struct Term(string Name, string Folded);

    private sealed record Snapshot(DateTimeOffset ReadAt, IReadOnlyDictionary<VocabularyKind, Term[]> Terms);

    private sealed record Row
    {
        public required IReadOnlyList<string> Keywords { get; init; }

        public required IReadOnlyList<string> Authors { get; init; }

        public string? Organization { get; init; }

        public required IReadOnlyList<string> Categories { get; init; }
    }
}

/// <summary>The field of a paper that a term comes from.</summary>
public enum VocabularyKind
{
    Keyword,

    Author,

    Organization,

    /// <summary>An arXiv category.</summary>
    Category,
}
