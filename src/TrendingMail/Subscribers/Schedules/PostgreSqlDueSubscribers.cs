using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Schedules;

/// <summary>
/// The parts of PostgreSQL's planning statement that read and write <c>subscribers</c>. The planner composes them into
/// one statement, so that no subscriber rows cross the network.
/// </summary>
internal static class PostgreSqlDueSubscribers
{
    /// <summary>
    /// The query of the common table expression <c>due</c>: up to <c>@limit</c> subscribers who are due at <c>@now</c>,
    /// after the position (<c>@due</c>, <c>@id</c>). They stay locked until the transaction ends; those locked by
    /// others are skipped. Columns: <c>id</c>, <c>next_due_at</c>, <c>schedule</c> (see <see cref="ScheduleText"/>),
    /// <c>is_weekly</c>, <c>is_suppressed</c>.
    /// </summary>
    /// <param name="withWaiting">
    /// False if someone may have to wait: those due after <c>@waitsAfter</c> and by <c>@waitsUntil</c> of their
    /// schedule are then passed over.
    /// </param>
    public static string LockSql(IDialect dialect, bool withWaiting) => $"""
        SELECT id, next_due_at, {ScheduleText.Sql} AS schedule, frequency = 'weekly' AS is_weekly,
            EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = subscribers.address_key) AS is_suppressed
        FROM subscribers
        WHERE (next_due_at, id) > (@due, @id) AND next_due_at <= @now AND state IN ('active', 'paused')
          {(withWaiting ? "" : $"""
            AND NOT EXISTS (SELECT 1 FROM unnest(@schedules, @waitsAfter, @waitsUntil) AS w (schedule, first, last)
                            WHERE w.schedule = {ScheduleText.Sql} AND next_due_at > w.first AND next_due_at <= w.last)
            """)}
        ORDER BY next_due_at, id
        LIMIT @limit
        {dialect.SkipLocked}
        """;

    /// <summary>
    /// Sets when the subscribers in <c>due</c> are next due, and ends pauses. The arrays <c>@schedules</c>,
    /// <c>@latest</c>, <c>@nextIfLate</c>, <c>@sendsLate</c> and <c>@nextDue</c> have what applies to a schedule.
    /// Returns <c>id</c>, <c>is_weekly</c>, <c>is_suppressed</c>, <c>is_sent</c>.
    /// </summary>
    public const string RescheduleSql = """
        UPDATE subscribers s
        SET next_due_at = CASE WHEN due.next_due_at > r.latest THEN r.next ELSE r.next_if_late END, state = 'active',
            paused_until = CASE s.state WHEN 'paused' THEN NULL ELSE s.paused_until END
        FROM due JOIN unnest(@schedules, @latest, @nextIfLate, @sendsLate, @nextDue)
            AS r (schedule, latest, next_if_late, sends_late, next) ON r.schedule = due.schedule
        WHERE s.id = due.id
        RETURNING s.id, due.is_weekly, due.is_suppressed, due.next_due_at > r.latest OR r.sends_late AS is_sent
        """;

    /// <summary>The distinct schedules of all subscribers who are due.</summary>
    public static async Task<IReadOnlyList<SendSchedule>> FindSchedulesAsync(Session session, DateTimeOffset now) =>
        [.. (await session.QueryAsync<string>($"""
            SELECT DISTINCT {ScheduleText.Sql}
            FROM subscribers
            WHERE next_due_at <= @now AND state IN ('active', 'paused')
            """, new { now })).Select(ScheduleText.Parse)];
}
