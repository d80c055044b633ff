using TrendingMail.Storage;

namespace TrendingMail.Papers.Arxiv;

/// <summary>
/// The batches that a feed announced, to recognise one that comes again under a new date: arXiv announces a paper as new
/// once, so a batch whose papers were announced before is an old one.
/// </summary>
public sealed class ArxivBatches(Database database)
{
    /// <summary>Over a long holiday.</summary>
    private const int Kept = 15;

    /// <summary>The day on which most of these papers were announced as new before; null where the batch is new. Remembers a new one.</summary>
    /// <param name="feed">The feed's address.</param>
    /// <param name="ids">The identifiers that are announced as new.</param>
    public Task<DateOnly?> SeenBeforeAsync(
        string feed, DateOnly day, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            if (ids.Count == 0)
            {
                return null;
            }

            var earlier = await session.QueryAsync<Batch>(
                "SELECT day, ids FROM arxiv_batches WHERE feed = @feed AND day < @day ORDER BY day", new { feed, day });
            if (Original(ids, earlier.Select(batch => (batch.Day, batch.Ids))) is { } original)
            {
                return original;
            }

            await session.ExecuteAsync("""
                INSERT INTO arxiv_batches (feed, day, ids) VALUES (@feed, @day, @ids)
                ON CONFLICT (feed, day) DO UPDATE SET ids = excluded.ids
                """, new { feed, day, ids });
            await session.ExecuteAsync("""
                DELETE FROM arxiv_batches
                WHERE feed = @feed
                  AND day NOT IN (SELECT b.day FROM arxiv_batches b WHERE b.feed = @feed ORDER BY b.day DESC LIMIT @Kept)
                """, new { feed, Kept });
            return (DateOnly?)null;
        }, cancellationToken);

    /// <summary>The earliest batch that holds more than half of these identifiers.</summary>
    public static DateOnly? Original(
        IReadOnlyCollection<string> ids, IEnumerable<(DateOnly Day, IReadOnlyList<string> Ids)> earlier) =>
        earlier.Where(batch => ids.Intersect(batch.Ids).Count() * 2 > ids.Count)
            .Select(batch => (DateOnly?)batch.Day)
            .Min();

    private sealed record Batch
    {
        public required DateOnly Day { get; init; }

        public required IReadOnlyList<string> Ids { get; init; }
    }
}
