using TrendingMail.Delivery.Queue;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Digests.Planning;

/// <summary>
/// Plans a batch with one statement, so that no subscriber rows cross the network. Only the distinct schedules do,
/// because the next due times are computed here. The subscribers of the batch stay locked until the transaction ends;
/// those locked by others are skipped.
/// </summary>
internal sealed class PostgreSqlDuePlanner(IDialect dialect, DeliveryQueue deliveryQueue) : IDuePlanner
{
    private string[]? schedules;
    private long[] nextDue = [];

    public async Task<DueBatch> PlanBatchAsync(Session session, Edition? newest, DueCursor after, DateTimeOffset now, int limit)
    {
        await dialect.PreferIndexScansAsync(session);
        var dueSchedules = schedules ??= await FindSchedulesAsync(session, now);
        var daily = newest is not null && dueSchedules.Any(schedule => !DueSubscriber.IsWeekly(schedule))
            ? await deliveryQueue.GetOrCreateMailingAsync(session, Digest.MailingFor(weekly: false, newest.Day)) : null;
        var weekly = newest is not null && dueSchedules.Any(DueSubscriber.IsWeekly)
            ? await deliveryQueue.GetOrCreateMailingAsync(session, Digest.MailingFor(weekly: true, newest.Day)) : null;

        var weeks = newest is null ? [] : await WeeklyRecipients.FindMailingsAsync(session, newest.Day);

        // Suppressed subscribers are rescheduled too: once the suppression is lifted, digests resume at the usual time.
        var planned = (await session.FirstOrDefaultAsync<Planned>($"""
            WITH due AS MATERIALIZED (
                SELECT id, next_due_at, {SubscriberStore.ScheduleSql} AS schedule, frequency = 'weekly' AS is_weekly,
                    EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = subscribers.address_key) AS is_suppressed
                FROM subscribers
                WHERE (next_due_at, id) > (@due, @id) AND next_due_at <= @now AND state IN ('active', 'paused')
                ORDER BY next_due_at, id
                LIMIT @limit
                {dialect.SkipLocked}),
            rescheduled AS (
                UPDATE subscribers s
                SET next_due_at = r.next, state = 'active',
                    paused_until = CASE s.state WHEN 'paused' THEN NULL ELSE s.paused_until END
                FROM due JOIN unnest(@schedules, @nextDue) AS r (schedule, next) ON r.schedule = due.schedule
                WHERE s.id = due.id
                RETURNING s.id, due.is_weekly, due.is_suppressed),
            queued AS (
                INSERT INTO deliveries
                    (id, mailing_id, subscriber_id, priority, state, queued_at, expires_at, next_attempt_at)
                SELECT m.first_delivery + nextval('delivery_numbers'), m.id, r.id, 1, 'queued', @now, @expiresAt, @now
                FROM rescheduled r
                JOIN (SELECT @daily AS id, @dailyFirst AS first_delivery, FALSE AS is_weekly
                      UNION ALL SELECT @weekly, @weeklyFirst, TRUE) AS m ON m.is_weekly = r.is_weekly AND m.id IS NOT NULL
                WHERE NOT r.is_suppressed
                  AND (SELECT 1 FROM deliveries d
                       WHERE d.subscriber_id = r.id AND d.mailing_id = m.id
                         AND d.id BETWEEN m.first_delivery AND m.first_delivery + {uint.MaxValue}) IS NULL
                  AND (r.is_weekly OR (SELECT 1 FROM deliveries d
                       WHERE d.subscriber_id = r.id AND d.mailing_id = ANY(@weeks) AND d.state NOT IN ('failed', 'skipped')
                         AND d.id BETWEEN @weeksFrom AND @weeksTo
                       LIMIT 1) IS NULL)
                RETURNING mailing_id)
            SELECT (SELECT COUNT(*) FROM due) AS due, (SELECT COUNT(*) FROM queued WHERE mailing_id = @daily) AS daily,
                (SELECT COUNT(*) FROM queued WHERE mailing_id = @weekly) AS weekly,
                last.next_due_at AS last_due_at, last.id AS last_id
            FROM (SELECT 1) AS one
            LEFT JOIN LATERAL (SELECT next_due_at, id FROM due ORDER BY next_due_at DESC, id DESC LIMIT 1) AS last ON TRUE
            """, new
        {
            due = after.DueAt,
            id = after.Id,
            now,
            limit,
            schedules = dueSchedules,
            nextDue,
            daily = daily?.Id,
            dailyFirst = daily?.FirstDelivery,
            weekly = weekly?.Id,
            weeklyFirst = weekly?.FirstDelivery,
            weeks = weeks.Select(week => week.Id).ToArray(),
            weeksFrom = weeks.Select(week => week.FirstDelivery).DefaultIfEmpty().Min(),
            weeksTo = weeks.Select(week => week.FirstDelivery).DefaultIfEmpty().Max() + uint.MaxValue,
            expiresAt = deliveryQueue.GetExpiry(now),
        }))!;
        await DeliveryQueue.AddQueuedCountsAsync(session, [(daily?.Id, planned.Daily), (weekly?.Id, planned.Weekly)]);
        return new DueBatch(planned.Due, planned.Daily + planned.Weekly,
            planned.LastDueAt is { } dueAt ? new DueCursor(dueAt, planned.LastId!.Value) : after);
    }

    /// <summary>
    /// The schedules of all due subscribers. A subscriber who changes it meanwhile is still due in the next run.
    /// </summary>
    private async Task<string[]> FindSchedulesAsync(Session session, DateTimeOffset now)
    {
        var found = await session.QueryAsync<string>($"""
            SELECT DISTINCT {SubscriberStore.ScheduleSql}
            FROM subscribers
            WHERE next_due_at <= @now AND state IN ('active', 'paused')
            """, new { now });
        nextDue = [.. found.Select(schedule => DueSubscriber.NextDue(schedule, now).ToUnixTimeMilliseconds())];
        return [.. found];
    }

    private sealed record Planned
    {
        public required int Due { get; init; }

        public required int Daily { get; init; }

        public required int Weekly { get; init; }

        public DateTimeOffset? LastDueAt { get; init; }

        public long? LastId { get; init; }
    }
}
