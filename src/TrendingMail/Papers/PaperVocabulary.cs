using TrendingMail.Storage;

namespace TrendingMail.Papers;

/// <summary>What the papers of the last weeks name: keywords, authors, organisations, categories, the most frequent first.</summary>
public sealed class PaperVocabulary(Database database, TimeProvider clock, Func<string, string> readable)
{
    private const int Days = 60;

    private const int Papers = 10_000;

    private const int LongestEntry = 100;

    /// <summary>New papers come once a day; who types meanwhile asks often.</summary>
    private static readonly TimeSpan HeldFor = TimeSpan.FromMinutes(10);

    private volatile Held? held;

    /// <summary>Names for a list that is sent whole.</summary>
    public async Task<IReadOnlyList<string>> MostFrequentAsync(WordKind kind, int limit, CancellationToken cancellationToken) =>
        [.. (await WordsAsync(cancellationToken))[kind].Take(limit)];

    /// <summary>Names in which a word begins with what was typed; those that begin so themselves first.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(
        WordKind kind, string typed, int limit, CancellationToken cancellationToken)
    {
        var wanted = typed.Trim();
        if (wanted.Length == 0)
        {
            return [];
        }

        var found = (await WordsAsync(cancellationToken))[kind].Where(word => HasWord(word, wanted)).Take(limit * 4);
        return [.. found.OrderBy(word => !word.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)).Take(limit)];
    }

    private static bool HasWord(string name, string wanted)
    {
        for (var at = 0; (at = name.IndexOf(wanted, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            if (at == 0 || !char.IsLetterOrDigit(name[at - 1]))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<IReadOnlyDictionary<WordKind, string[]>> WordsAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (held is { } known && now - known.ReadAt < HeldFor)
        {
            return known.Words;
        }

        var rows = await database.ReadAsync(session => session.QueryAsync<Row>("""
            SELECT keywords, authors, organization, categories
            FROM papers
            WHERE listed_on >= @from AND joined_to IS NULL
            ORDER BY listed_on DESC
            LIMIT @Papers
            """, new { from = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-Days), Papers }), cancellationToken);
        var words = new Dictionary<WordKind, string[]>
        {
            [WordKind.Keyword] = ByFrequency(rows.SelectMany(row => row.Keywords)),
            [WordKind.Author] = ByFrequency(rows.SelectMany(row => row.Authors)),
            [WordKind.Organization] = ByFrequency(rows.Select(row => row.Organization).OfType<string>()),
            [WordKind.Category] = ByFrequency(rows.SelectMany(row => row.Categories)),
        };
        held = new Held(now, words);
        return words;
    }

    private string[] ByFrequency(IEnumerable<string> names) =>
    [
        .. names.Select(readable).Where(name => name.Length is > 0 and <= LongestEntry)
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.OrdinalIgnoreCase)
            .Select(same => same.Key),
    ];

    private sealed record Held(DateTimeOffset ReadAt, IReadOnlyDictionary<WordKind, string[]> Words);

    private sealed record Row
    {
        public required IReadOnlyList<string> Keywords { get; init; }

        public required IReadOnlyList<string> Authors { get; init; }

        public string? Organization { get; init; }

        public required IReadOnlyList<string> Categories { get; init; }
    }
}

/// <summary>What a name in a paper stands for.</summary>
public enum WordKind
{
    Keyword,

    Author,

    Organization,

    /// <summary>One of arXiv's.</summary>
    Category,
}
