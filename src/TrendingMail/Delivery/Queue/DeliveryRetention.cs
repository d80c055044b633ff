using TrendingMail.Delivery.Queue.Dialects;
using TrendingMail.Storage;

namespace TrendingMail.Delivery.Queue;

/// <summary>
/// Deletes old deliveries, by whole months where the queue is partitioned. The counts of a mailing are kept.
/// </summary>
public sealed class DeliveryRetention(
    Database database, IQueueDialect dialect, DeliveryOptions options, TimeProvider clock)
{
    /// <summary>Rows per transaction: few enough that recording an outcome never waits long.</summary>
    private const int BatchSize = 2000;

    /// <summary>
    /// Deletes the deliveries that were queued more than <c>Delivery:KeepDays</c> ago and have ended, and closes their
    /// mailings, so that nobody can be queued for them a second time.
    /// </summary>
    /// <returns>The number of deliveries deleted.</returns>
    public async Task<long> DeleteExpiredAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var before = now.AddDays(-options.KeepDays);
        await database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE mailings SET closed_at = @now WHERE closed_at IS NULL AND created_at < @before
            """, new { now, before }), cancellationToken);

        var deleted = await dialect.DropPartitionsAsync(database, before, cancellationToken);
        var firstRetained = dialect.GetFirstRetainedId(before);

        // Find the range without a write lock: there is no index by age, because it would slow down every delivery.
        var lastId = await database.ReadAsync(session => session.SingleAsync<long?>(
            "SELECT MAX(id) FROM deliveries WHERE queued_at < @before AND id < @firstRetained",
            new { before, firstRetained }), cancellationToken);
        var afterId = 0L;
        while (true)
        {
            var ids = await database.WriteAsync(session => session.QueryAsync<long>("""
                DELETE FROM deliveries
                WHERE id IN (SELECT id FROM deliveries
                             WHERE id > @afterId AND id <= @lastId AND queued_at < @before
                               AND state IN ('sent', 'failed', 'skipped')
                             ORDER BY id
                             LIMIT @BatchSize)
                RETURNING id
                """, new { afterId, lastId, before, BatchSize }), cancellationToken);
            if (ids.Count == 0)
            {
                return deleted;
            }

            deleted += ids.Count;
            afterId = ids.Max();
        }
    }
}
