using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Queue.Dialects;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Digests.Planning;

/// <summary>
/// Plans a batch with one statement, so that no subscriber rows cross the network. Only the distinct schedules do,
/// because the next due times are computed here. The subscribers of the batch stay locked until the transaction ends;
/// those locked by others are skipped.
/// </summary>
internal sealed class PostgreSqlDuePlanner(IDialect dialect, DeliveryQueue deliveryQueue) : IDuePlanner
{
    /// <summary>
    /// The subscribers of the batch with the mailing they get, without those who are suppressed or got the day's
    /// edition in a weekly digest.
    /// </summary>
    private const string RecipientsSql = """
        SELECT m.id AS mailing_id, m.first_delivery, s.id AS subscriber_id
        FROM rescheduled s
        JOIN (SELECT @daily AS id, @dailyFirst AS first_delivery, FALSE AS is_weekly
              UNION ALL SELECT @weekly, @weeklyFirst, TRUE) AS m ON m.is_weekly = s.is_weekly AND m.id IS NOT NULL
        WHERE NOT s.is_suppressed AND s.is_sent
          AND (s.is_weekly OR (SELECT 1 FROM deliveries d
               WHERE d.subscriber_id = s.id AND d.mailing_id = ANY(@weeks) AND d.state NOT IN ('failed', 'skipped')
                 AND d.id BETWEEN @weeksFrom AND @weeksTo
               LIMIT 1) IS NULL)
        """;

    private readonly PlanStatements statements = new(dialect, "@now");

    /// <summary>The statements while a server is being warmed up.</summary>
    private readonly PlanStatements rankedStatements = new(
        dialect, EngagementRank.DueSql("@now", PostgreSqlQueueDialect.RecipientId));

    private IReadOnlyList<SendSchedule>? schedules;
    private string[] scheduleTexts = [];
    private DueRule[] rules = [];

    public async Task<DueBatch> PlanBatchAsync(Session session, DuePlan plan, DueCursor after, int limit)
    {
        await dialect.PreferIndexScansAsync(session);
        var dueSchedules = schedules ??= await FindSchedulesAsync(session, plan);
        var daily = await FindMailingAsync(session, plan, weekly: false, dueSchedules);
        var weekly = await FindMailingAsync(session, plan, weekly: true, dueSchedules);
        var weeks = plan.Day is { } day ? await WeeklyRecipients.FindMailingsAsync(session, day) : [];
        var sql = deliveryQueue.IsRanked ? rankedStatements : statements;
        var planned = (await session.FirstOrDefaultAsync<Planned>(sql.For(rules), new
        {
            due = after.DueAt,
            id = after.Id,
            now = plan.Now,
            limit,
            schedules = scheduleTexts,
            waitsAfter = Milliseconds(rule => rule.WaitsAfter),
            waitsUntil = Milliseconds(rule => rule.WaitsUntil),
            latest = Milliseconds(rule => rule.Latest),
            nextIfLate = Milliseconds(rule => rule.NextIfLate),
            sendsLate = rules.Select(rule => rule.SendsLate).ToArray(),
            nextDue = Milliseconds(rule => rule.Next),
            daily = daily?.Id,
            dailyFirst = daily?.FirstDelivery,
            weekly = weekly?.Id,
            weeklyFirst = weekly?.FirstDelivery,
            weeks = weeks.Select(week => week.Id).ToArray(),
            weeksFrom = weeks.Select(week => week.FirstDelivery).DefaultIfEmpty().Min(),
            weeksTo = weeks.Select(week => week.FirstDelivery).DefaultIfEmpty().Max() + uint.MaxValue,
            priority = DeliveryQueue.DigestPriority,
            expiresAt = deliveryQueue.GetExpiry(plan.Now),
        }))!;
        await DeliveryQueue.AddQueuedCountsAsync(session, [(daily?.Id, planned.Daily), (weekly?.Id, planned.Weekly)]);
        return new DueBatch(planned.Due, planned.Daily + planned.Weekly,
            planned.Due == limit ? new DueCursor(planned.LastDueAt!.Value, planned.LastId!.Value) : null);
    }

    // Suppressed subscribers are rescheduled too: once the suppression is lifted, digests resume at the usual time.
    private static string PlanSql(IDialect dialect, bool withWaiting, string dueAt) => $"""
        WITH due AS MATERIALIZED ({PostgreSqlDueSubscribers.LockSql(dialect, withWaiting)}),
        rescheduled AS ({PostgreSqlDueSubscribers.RescheduleSql}),
        queued AS ({PostgreSqlQueueDialect.InsertSql(RecipientsSql, dueAt)} RETURNING mailing_id)
        SELECT (SELECT COUNT(*) FROM due) AS due,
            (SELECT COUNT(*) FROM queued WHERE mailing_id = @daily) AS daily,
            (SELECT COUNT(*) FROM queued WHERE mailing_id = @weekly) AS weekly,
            last.next_due_at AS last_due_at, last.id AS last_id
        FROM (SELECT 1) AS one
        LEFT JOIN LATERAL (SELECT next_due_at, id FROM due ORDER BY next_due_at DESC, id DESC LIMIT 1) AS last ON TRUE
        """;

    private long[] Milliseconds(Func<DueRule, DateTimeOffset> select) =>
        [.. rules.Select(rule => select(rule).ToUnixTimeMilliseconds())];

    /// <summary>The mailing to queue; null if nobody who is due gets it.</summary>
    private async Task<OpenMailing?> FindMailingAsync(
        Session session, DuePlan plan, bool weekly, IReadOnlyList<SendSchedule> dueSchedules) =>
        plan.Day is { } day && dueSchedules.Any(schedule => schedule.IsWeekly == weekly)
            ? await deliveryQueue.GetOrCreateMailingAsync(session, Digest.MailingFor(weekly, day))
            : null;

    /// <summary>
    /// The schedules of all due subscribers. A subscriber who changes it meanwhile is still due in the next run.
    /// </summary>
    private async Task<IReadOnlyList<SendSchedule>> FindSchedulesAsync(Session session, DuePlan plan)
    {
        var found = await PostgreSqlDueSubscribers.FindSchedulesAsync(session, plan.Now);
        scheduleTexts = [.. found.Select(ScheduleText.Format)];
        rules = [.. found.Select(plan.RuleFor)];
        return found;
    }

    /// <param name="dueAt">The expression for the time of the first attempt.</param>
    private sealed class PlanStatements(IDialect dialect, string dueAt)
    {
        private readonly string all = PlanSql(dialect, withWaiting: true, dueAt);

        private readonly string withoutWaiting = PlanSql(dialect, withWaiting: false, dueAt);

        public string For(DueRule[] rules) => rules.Any(rule => rule.Waits) ? withoutWaiting : all;
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
