using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Schedules;

/// <summary>Finds the subscribers whose digest is due.</summary>
public static class DueSubscribers
{
    /// <summary>Subscribers whose digest is due, longest overdue first.</summary>
    /// <param name="after">Skips everyone up to this due time and id.</param>
    public static async Task<IReadOnlyList<DueSubscriber>> FindAsync(
        Session session, (DateTimeOffset DueAt, long Id) after, DateTimeOffset now, int limit)
    {
        var rows = await session.QueryAsync<Row>($"""
            SELECT id, next_due_at AS due_at, {ScheduleText.Sql} AS schedule, state = 'paused' AS is_paused,
                EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = subscribers.address_key) AS is_suppressed
            FROM subscribers
            WHERE (next_due_at, id) > (@DueAt, @Id) AND next_due_at <= @now AND state IN ('active', 'paused')
            ORDER BY next_due_at, id
            LIMIT @limit
            """, new { after.DueAt, after.Id, now, limit });

        // Subscribers with the same schedule share one instance.
        var schedules = new Dictionary<string, SendSchedule>();
        return [.. rows.Select(row => new DueSubscriber(
            row.Id, row.DueAt, Parse(row.Schedule), row.IsPaused, row.IsSuppressed))];

        SendSchedule Parse(string text) =>
            schedules.TryGetValue(text, out var known) ? known : schedules[text] = ScheduleText.Parse(text);
    }

    private sealed record Row
    {
        public required long Id { get; init; }

        public required DateTimeOffset DueAt { get; init; }

        public required string Schedule { get; init; }

        public required bool IsPaused { get; init; }

        public required bool IsSuppressed { get; init; }
    }
}
