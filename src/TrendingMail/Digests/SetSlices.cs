using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>
/// Plans a slice by one statement, so that of a million readers none goes over the network. Only rhythms are known here: what falls due
/// next is this program's to reckon. The slice's readers are held until the transaction ends; those that others hold are passed over.
/// </summary>
internal sealed class SetSlices(IDialect dialect, Ledger ledger) : IDueSlices
{
    private string[]? rhythms;
    private long[] nextDue = [];

    public async Task<DueSlice> PlanAsync(Session session, Edition? newest, DuePlace behind, DateTimeOffset now, int limit)
    {
        await dialect.FavourIndexesAsync(session);
        var known = rhythms ??= await RhythmsAsync(session, now);
        var daily = newest is not null && known.Any(rhythm => !DueReader.IsWeekly(rhythm))
            ? await ledger.OpenAsync(session, Digest.MailingOf(weekly: false, newest.Day)) : null;
        var weekly = newest is not null && known.Any(DueReader.IsWeekly)
            ? await ledger.OpenAsync(session, Digest.MailingOf(weekly: true, newest.Day)) : null;

        var weeks = newest is null ? [] : await WeekReaders.MailingsAsync(session, newest.Day);

        // A suppressed reader's time goes on: when the suppression is lifted, digests come again at the usual hour.
        var planned = (await session.FirstOrDefaultAsync<Planned>($"""
            WITH due AS MATERIALIZED (
                SELECT id, next_due_at, {SubscriberStore.RhythmSql} AS rhythm, frequency = 'weekly' AS is_weekly,
                    EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = subscribers.address_key) AS is_suppressed
                FROM subscribers
                WHERE (next_due_at, id) > (@due, @id) AND next_due_at <= @now AND state IN ('active', 'paused')
                ORDER BY next_due_at, id
                LIMIT @limit
                {dialect.PassOverLocked}),
            moved AS (
                UPDATE subscribers s
                SET next_due_at = r.next, state = 'active', paused_until = CASE s.state WHEN 'paused' THEN NULL ELSE s.paused_until END
                FROM due JOIN unnest(@rhythms, @nextDue) AS r (rhythm, next) ON r.rhythm = due.rhythm
                WHERE s.id = due.id
                RETURNING s.id, due.is_weekly, due.is_suppressed),
            queued AS (
                INSERT INTO deliveries (id, mailing_id, subscriber_id, priority, state, queued_at, expires_at, next_attempt_at)
                SELECT m.first_delivery + nextval('delivery_numbers'), m.id, r.id, 1, 'queued', @now, @expiresAt, @now
                FROM moved r
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
                (SELECT COUNT(*) FROM queued WHERE mailing_id = @weekly) AS weekly, last.next_due_at AS last_due_at, last.id AS last_id
            FROM (SELECT 1) AS one
            LEFT JOIN LATERAL (SELECT next_due_at, id FROM due ORDER BY next_due_at DESC, id DESC LIMIT 1) AS last ON TRUE
            """, new
        {
            due = behind.DueAt,
            id = behind.Id,
            now,
            limit,
            rhythms = known,
            nextDue,
            daily = daily?.Id,
            dailyFirst = daily?.FirstDelivery,
            weekly = weekly?.Id,
            weeklyFirst = weekly?.FirstDelivery,
            weeks = weeks.Select(week => week.Id).ToArray(),
            weeksFrom = weeks.Select(week => week.FirstDelivery).DefaultIfEmpty().Min(),
            weeksTo = weeks.Select(week => week.FirstDelivery).DefaultIfEmpty().Max() + uint.MaxValue,
            expiresAt = ledger.ExpiryOf(now),
        }))!;
        await Ledger.CountQueuedAsync(session, [(daily?.Id, planned.Daily), (weekly?.Id, planned.Weekly)]);
        return new DueSlice(planned.Due, planned.Daily + planned.Weekly,
            planned.LastDueAt is { } dueAt ? new DuePlace(dueAt, planned.LastId!.Value) : behind);
    }

    /// <summary>The rhythms of all who are due. Who takes up another one meanwhile is still due when this run is over.</summary>
    private async Task<string[]> RhythmsAsync(Session session, DateTimeOffset now)
    {
        var found = await session.QueryAsync<string>($"""
            SELECT DISTINCT {SubscriberStore.RhythmSql} FROM subscribers WHERE next_due_at <= @now AND state IN ('active', 'paused')
            """, new { now });
        nextDue = [.. found.Select(rhythm => DueReader.NextDue(rhythm, now).ToUnixTimeMilliseconds())];
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
