using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>
/// Lets go of old deliveries, whole months at once where the engine keeps them so. What a mailing came to stays in its counts.
/// </summary>
public sealed class LedgerRetention(Database database, DeliveryOptions options, TimeProvider clock)
{
    /// <summary>Rows a transaction: few enough that a lane never waits long to write down an outcome.</summary>
    private const int Slice = 2000;

    private readonly ILedgerDialect dialect = ILedgerDialect.Of(database.Dialect);

    /// <summary>
    /// Deletes the deliveries that were queued more than <c>Delivery:KeepDays</c> ago and have ended, and closes their
    /// mailings, so that nothing is queued a second time for who has had it.
    /// </summary>
    /// <returns>How many were deleted.</returns>
    public async Task<long> TidyAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var before = now.AddDays(-options.KeepDays);
        await database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE mailings SET closed_at = @now WHERE closed_at IS NULL AND created_at < @before
            """, new { now, before }), cancellationToken);

        var deleted = await dialect.DropAsync(database, before, cancellationToken);
        var firstKept = dialect.FirstKept(before);

        // Read first, beside whoever writes: there is no index by age, for it would cost every delivery something.
        var lastId = await database.ReadAsync(session => session.SingleAsync<long?>(
            "SELECT MAX(id) FROM deliveries WHERE queued_at < @before AND id < @firstKept", new { before, firstKept }), cancellationToken);
        var afterId = 0L;
        while (true)
        {
            var ids = await database.WriteAsync(session => session.QueryAsync<long>("""
                DELETE FROM deliveries
                WHERE id IN (SELECT id FROM deliveries
                             WHERE id > @afterId AND id <= @lastId AND queued_at < @before
                               AND state IN ('sent', 'failed', 'skipped')
                             ORDER BY id
                             LIMIT @Slice)
                RETURNING id
                """, new { afterId, lastId, before, Slice }), cancellationToken);
            if (ids.Count == 0)
            {
                return deleted;
            }

            deleted += ids.Count;
            afterId = ids.Max();
        }
    }
}
