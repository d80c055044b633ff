using TrendingMail.Delivery.Queue;
using TrendingMail.Editions;
using TrendingMail.Editions.Forecasting;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Digests.Planning;

/// <summary>The result of planning.</summary>
/// <param name="Due">The subscribers considered, without those who wait for an edition.</param>
/// <param name="Queued">The digests added to the delivery queue.</param>
public sealed record PlanResult(int Due, int Queued);

/// <summary>
/// Decides who gets which digest now, and queues it. Idempotent, also across processes.
/// </summary>
public sealed class DigestPlanner(
    Database database, EditionForecast forecast, DeliveryQueue deliveryQueue, DuePlannerFactory createDuePlanner,
    SubscriberSchedules schedules, DigestOptions options, TimeProvider clock)
{
    /// <summary>
    /// Subscribers planned in one transaction: few enough that recording a delivery outcome never waits long.
    /// </summary>
    private const int BatchSize = 3000;

    /// <summary>Queues the newest edition for every subscriber who is due and has not received it.</summary>
    /// <param name="onQueued">
    /// Called whenever digests were queued, so that sending can start while planning continues.
    /// </param>
    public async Task<PlanResult> PlanDueAsync(CancellationToken cancellationToken, Action? onQueued = null)
    {
        await schedules.RepairAsync(cancellationToken);
        var plan = await CreatePlanAsync(cancellationToken);
        var planned = await Task.WhenAll(Enumerable.Range(0, Math.Max(1, database.Dialect.MaximumConcurrentWrites / 2))
            .Select(_ => PlanBatchesAsync(plan, onQueued, cancellationToken)));
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
        var plan = await CreatePlanAsync(cancellationToken);
        if (plan.Day is not { } day)
        {
            return 0;
        }

        return await database.ReadAsync(async session =>
        {
            var due = (await DueSubscribers.FindAsync(session, (DueCursor.Start.DueAt, 0), plan.Now, int.MaxValue))
                .Where(subscriber => !subscriber.IsSuppressed);
            var count = 0;
            foreach (var schedule in due.GroupBy(subscriber => subscriber.Schedule))
            {
                var rule = plan.RuleFor(schedule.Key);
                count += await CountMissingAsync(session, Digest.MailingFor(schedule.Key.IsWeekly, day),
                    [.. schedule.Where(subscriber => rule.Decide(subscriber.DueAt).Action == DueAction.Send)
                        .Select(subscriber => subscriber.Id)]);
            }

            return count;
        }, cancellationToken);
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
        DuePlan plan, Action? onQueued, CancellationToken cancellationToken)
    {
        var planner = createDuePlanner(deliveryQueue);
        var total = new PlanResult(0, 0);
        var last = DueCursor.Start;
        while (true)
        {
            var batch = await database.WriteConcurrentAsync(
                session => planner.PlanBatchAsync(session, plan, last, BatchSize), cancellationToken);
            total = new PlanResult(total.Due + batch.Due, total.Queued + batch.Queued);
            if (batch.Queued > 0)
            {
                onQueued?.Invoke();
            }

            if (batch.Last is not { } next)
            {
                return total;
            }

            last = next;
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

    /// <summary>Counts the subscribers who have not been queued a mailing.</summary>
    private async Task<int> CountMissingAsync(Session session, Mailing.Digest mailing, IReadOnlyList<long> ids) =>
        ids.Count - await session.SingleAsync<int>($"""
            SELECT COUNT(*)
            FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
            WHERE m.kind = @Kind AND m.key = @Key
              AND d.subscriber_id IN (SELECT value FROM ({database.Dialect.NumbersSql("@ids")}) AS recipients)
            """, new { Kind = mailing.KindName, mailing.Key, ids = new NumberList(ids) });

    private async Task<DuePlan> CreatePlanAsync(CancellationToken cancellationToken)
    {
        // The clock first: an edition that becomes due in between is only expected of those who are due later.
        var now = clock.GetUtcNow();
        return new DuePlan(
            await forecast.LookAsync(cancellationToken), TimeSpan.FromHours(options.CatchUpHours), now);
    }
}
