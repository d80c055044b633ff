using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Retention;

namespace TrendingMail.SignUp;

/// <summary>Rows deleted or anonymized.</summary>
public sealed record RetentionReport(int Pending, int Unsubscribed, int Networks, int Feedback, int AddressChanges, int Imports)
{
    public int Total => Pending + Unsubscribed + Networks + Feedback + AddressChanges + Imports;
}

/// <summary>
/// Deletes data whose retention period in <see cref="RetentionOptions"/> is over. Idempotent. Deliveries have their own
/// setting, <c>Delivery:KeepDays</c>.
/// </summary>
public sealed class RetentionSweep(Database database, ErasureFlow erasure, RetentionOptions options, TimeProvider clock)
{
    /// <summary>Small enough not to block other writers noticeably.</summary>
    private const int Batch = 2_000;

    /// <summary>An import interrupted longer ago than this is not resumed.</summary>
    private const int ImportDays = 30;

    public async Task<RetentionReport> RunAsync(CancellationToken cancellationToken)
    {
        await database.WriteConcurrentAsync(session => RateLimitStore.DeleteExpiredAsync(session, clock.GetUtcNow()), cancellationToken);
        return await DeleteExpiredAsync(cancellationToken);
    }

    private async Task<RetentionReport> DeleteExpiredAsync(CancellationToken cancellationToken) => new(
        await DeleteBatchedAsync(options.PendingDays, """
            DELETE FROM subscribers
            WHERE id IN (SELECT id FROM subscribers s
                         WHERE state = 'pending' AND created_at < @before
                           AND NOT EXISTS (SELECT 1 FROM consent_events e WHERE e.subscriber_id = s.id AND e.at >= @before)
                         LIMIT @Batch)
            """, cancellationToken),
        await EraseUnsubscribedAsync(cancellationToken),
        await DeleteBatchedAsync(options.ConsentNetworkDays, """
            UPDATE consent_events SET network = NULL
            WHERE id IN (SELECT id FROM consent_events WHERE network IS NOT NULL AND at < @before LIMIT @Batch)
            """, cancellationToken),
        await DeleteBatchedAsync(options.FeedbackDays,
            "DELETE FROM feedback WHERE id IN (SELECT id FROM feedback WHERE at < @before LIMIT @Batch)", cancellationToken),
        await DeleteBatchedAsync(options.AddressChangeDays, """
            DELETE FROM address_changes WHERE id IN (SELECT id FROM address_changes WHERE requested_at < @before LIMIT @Batch)
            """, cancellationToken),
        await DeleteBatchedAsync(ImportDays, "DELETE FROM imports WHERE updated_at < @before", cancellationToken));

    /// <param name="days">0 to keep forever.</param>
    private async Task<int> DeleteBatchedAsync(int days, string sql, CancellationToken cancellationToken)
    {
        var total = 0;
        for (int count; days > 0; total += count)
        {
            count = await database.WriteAsync(
                session => session.ExecuteAsync(sql, new { before = GetCutoff(days), Batch }), cancellationToken);
            if (count == 0)
            {
                break;
            }
        }

        return total;
    }

    private async Task<int> EraseUnsubscribedAsync(CancellationToken cancellationToken)
    {
        if (options.UnsubscribedDays == 0)
        {
            return 0;
        }

        var unsubscribed = await database.ReadAsync(session => session.QueryAsync<long>("""
            SELECT id
            FROM subscribers s
            WHERE state = 'unsubscribed' AND created_at < @before
              AND NOT EXISTS (SELECT 1 FROM consent_events e WHERE e.subscriber_id = s.id AND e.at >= @before)
            """, new { before = GetCutoff(options.UnsubscribedDays) }), cancellationToken);
        foreach (var id in unsubscribed)
        {
            await erasure.EraseAsync(id, cancellationToken);
        }

        return unsubscribed.Count;
    }

    private DateTimeOffset GetCutoff(int days) => clock.GetUtcNow().AddDays(-days);
}
