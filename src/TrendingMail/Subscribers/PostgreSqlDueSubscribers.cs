using TrendingMail.Storage;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Subscribers;

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
    public static string LockSql(IDialect dialect) => $"""
        SELECT id, next_due_at, {ScheduleText.Sql} AS schedule, frequency = 'weekly' AS is_weekly,
            EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = subscribers.address_key) AS is_suppressed
        FROM subscribers
        WHERE (next_due_at, id) > (@due, @id) AND next_due_at <= @now AND state IN ('active', 'paused')
        ORDER BY next_due_at, id
        LIMIT @limit
        {dialect.SkipLocked}
        """;

    /// <summary>
    /// Sets when the subscribers in <c>due</c> are next due, and ends pauses. The arrays <c>@schedules</c> and
    /// <c>@nextDue</c> map a schedule to an instant. Returns <c>id</c>, <c>is_weekly</c>, <c>is_suppressed</c>.
    /// </summary>
    public const string RescheduleSql = """
        UPDATE subscribers s
        SET next_due_at = r.next, state = 'active',
            paused_until = CASE s.state WHEN 'paused' THEN NULL ELSE s.paused_until END
        FROM due JOIN unnest(@schedules, @nextDue) AS r (schedule, next) ON r.schedule = due.schedule
        WHERE s.id = due.id
        RETURNING s.id, due.is_weekly, due.is_suppressed
        """;

    /// <summary>The distinct schedules of all subscribers who are due.</summary>
    public static async Task<IReadOnlyList<SendSchedule>> FindSchedulesAsync(Session session, DateTimeOffset now) =>
        [.. (await session.QueryAsync<string>($"""
            SELECT DISTINCT {ScheduleText.Sql}
            FROM subscribers
            WHERE next_due_at <= @now AND state IN ('active', 'paused')
            """, new { now })).Select(ScheduleText.Parse)];
}
