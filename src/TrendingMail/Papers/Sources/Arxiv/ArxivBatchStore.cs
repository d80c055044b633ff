using TrendingMail.Storage;

namespace TrendingMail.Papers.Sources.Arxiv;

/// <summary>
/// Remembers the batches announced by a feed, to detect one that is repeated under a new date. arXiv announces each
/// paper as new only once, so a batch of papers announced before is a repetition.
/// </summary>
public sealed class ArxivBatchStore(Database database)
{
    /// <summary>Long enough to span a holiday.</summary>
    private const int RetainedBatches = 15;

    /// <summary>
    /// Records a batch. If it repeats an earlier one, returns the day of that batch instead; null if the batch is new.
    /// </summary>
    /// <param name="feed">The feed's URL.</param>
    /// <param name="ids">The arXiv identifiers announced as new.</param>
    public Task<DateOnly?> RegisterAsync(
        string feed, DateOnly day, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            if (ids.Count == 0)
            {
                return null;
            }

            var earlier = await session.QueryAsync<Batch>(
                "SELECT day, ids FROM arxiv_batches WHERE feed = @feed AND day < @day ORDER BY day", new { feed, day });
            if (FindOriginal(ids, earlier.Select(batch => (batch.Day, batch.Ids))) is { } original)
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
                  AND day NOT IN (
                    SELECT b.day FROM arxiv_batches b WHERE b.feed = @feed ORDER BY b.day DESC LIMIT @RetainedBatches)
                """, new { feed, RetainedBatches });
            return (DateOnly?)null;
        }, cancellationToken);

    /// <summary>The day of the earliest batch that contains more than half of the identifiers.</summary>
    public static DateOnly? FindOriginal(
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
