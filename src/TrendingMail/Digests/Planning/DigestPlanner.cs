using TrendingMail.Delivery.Queue;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests.Planning;

/// <summary>The result of planning.</summary>
/// <param name="Due">The subscribers considered.</param>
/// <param name="Queued">The digests added to the delivery queue.</param>
public sealed record PlanResult(int Due, int Queued);

/// <summary>
/// Decides who gets which digest now, and queues it. Idempotent, also across processes.
/// </summary>
public sealed class DigestPlanner(
    Database database, EditionStore editions, DeliveryQueue deliveryQueue, DuePlannerFactory createDuePlanner,
    TimeProvider clock)
{
    /// <summary>
    /// Subscribers planned in one transaction: few enough that recording a delivery outcome never waits long.
    /// </summary>
    private const int BatchSize = 3000;

    /// <summary>Editions older than this are not sent: subscribers who are due get nothing instead.</summary>
    private const int MaximumEditionAgeDays = 7;

    /// <summary>Queues the newest edition for every subscriber who is due and has not received it.</summary>
    /// <param name="onQueued">
    /// Called whenever digests were queued, so that sending can start while planning continues.
    /// </param>
    public async Task<PlanResult> PlanDueAsync(CancellationToken cancellationToken, Action? onQueued = null)
    {
        var now = clock.GetUtcNow();
        var newest = await FindFreshEditionAsync(now, cancellationToken);
        var planned = await Task.WhenAll(Enumerable.Range(0, Math.Max(1, database.Dialect.MaximumConcurrentWrites / 2))
            .Select(_ => PlanBatchesAsync(newest, now, onQueued, cancellationToken)));
        return new PlanResult(planned.Sum(plan => plan.Due), planned.Sum(plan => plan.Queued));
    }

    /// <summary>
    /// Queues one edition for one subscriber, or for all who get digests daily or on weekdays, regardless of the time
    /// of day. Subscribers who already have it get nothing.
    /// </summary>
    public async Task<PlanResult> PlanEditionAsync(
        DateOnly day, EmailAddress? onlyAddress, CancellationToken cancellationToken)
    {
        var total = new PlanResult(0, 0);
        var afterId = 0L;
        while (true)
        {
            var (last, recipients, queued) = await database.WriteConcurrentAsync(async session =>
            {
                await database.Dialect.PreferIndexScansAsync(session);
                var ids = await FindRecipientIdsAsync(session, onlyAddress, afterId);
                return ids.Count == 0 ? (afterId, 0, 0) : (ids[^1], ids.Count,
                    await deliveryQueue.EnqueueAsync(session, [(Digest.MailingFor(weekly: false, day),
                        await WeeklyRecipients.ExcludeAsync(session, database.Dialect, weekly: false, day, ids))]));
            }, cancellationToken);
            if (recipients == 0)
            {
                return total;
            }

            total = new PlanResult(total.Due + recipients, total.Queued + queued);
            afterId = last;
        }
    }

    /// <summary>Counts the digests that <see cref="PlanDueAsync"/> would queue now.</summary>
    public async Task<int> CountDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return await FindFreshEditionAsync(now, cancellationToken) is not { } newest
            ? 0
            : await database.ReadAsync(session => session.SingleAsync<int>("""
                SELECT COUNT(*)
                FROM subscribers s
                WHERE s.next_due_at <= @now AND s.state IN ('active', 'paused')
                  AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = s.address_key)
                  AND NOT EXISTS (SELECT 1
                                  FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
                                  WHERE d.subscriber_id = s.id AND m.key = @Key
                                    AND m.kind = CASE s.frequency WHEN 'weekly' THEN 'weekly' ELSE 'daily' END)
                """, new { now, Digest.MailingFor(false, newest.Day).Key }), cancellationToken);
    }

    /// <summary>Counts the digests that <see cref="PlanEditionAsync"/> would queue.</summary>
    public Task<int> CountEditionAsync(DateOnly day, EmailAddress? onlyAddress, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<int>("""
            SELECT COUNT(*)
            FROM subscribers s
            WHERE s.state = 'active'
              AND (s.address_key = @addressKey OR (@addressKey IS NULL AND s.frequency <> 'weekly'))
              AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = s.address_key)
              AND NOT EXISTS (SELECT 1
                              FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
                              WHERE d.subscriber_id = s.id AND m.kind = 'daily' AND m.key = @Key)
            """, new { addressKey = onlyAddress?.Key, Digest.MailingFor(false, day).Key }), cancellationToken);

    /// <summary>
    /// Plans batch by batch until no subscriber is due. Several workers may do so concurrently: each locks the
    /// subscribers of its batch and skips those locked by others.
    /// </summary>
    private async Task<PlanResult> PlanBatchesAsync(
        Edition? newest, DateTimeOffset now, Action? onQueued, CancellationToken cancellationToken)
    {
        var planner = createDuePlanner(deliveryQueue);
        var total = new PlanResult(0, 0);
        var last = DueCursor.Start;
        while (true)
        {
            var batch = await database.WriteConcurrentAsync(
                session => planner.PlanBatchAsync(session, newest, last, now, BatchSize), cancellationToken);
            total = new PlanResult(total.Due + batch.Due, total.Queued + batch.Queued);
            if (batch.Queued > 0)
            {
                onQueued?.Invoke();
            }

            if (batch.Due < BatchSize)
            {
                return total;
            }

            last = batch.Last;
        }
    }

    private Task<IReadOnlyList<long>> FindRecipientIdsAsync(Session session, EmailAddress? onlyAddress, long afterId) =>
        session.QueryAsync<long>($"""
            SELECT id
            FROM subscribers
            WHERE state = 'active' AND id > @afterId
              AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = subscribers.address_key)
              AND (address_key = @addressKey OR (@addressKey IS NULL AND frequency <> 'weekly'))
            ORDER BY id
            LIMIT @BatchSize
            {database.Dialect.LockRows}
            """, new { afterId, addressKey = onlyAddress?.Key, BatchSize });

    private async Task<Edition?> FindFreshEditionAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var newest = await editions.FindNewestAsync(cancellationToken);
        return newest?.Day >= DateOnly.FromDateTime(now.UtcDateTime).AddDays(-MaximumEditionAgeDays) ? newest : null;
    }
}
