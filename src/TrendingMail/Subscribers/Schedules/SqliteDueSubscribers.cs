using System.Text.Json;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Schedules;

/// <summary>Reschedules due subscribers in SQLite, many with one statement.</summary>
internal static class SqliteDueSubscribers
{
    /// <summary>Sets when each subscriber is next due, and ends the pauses of those who were paused.</summary>
    public static async Task RescheduleAsync(
        Session session, IDialect dialect, IReadOnlyList<DueSubscriber> due,
        Func<DueSubscriber, DateTimeOffset> findNextDue)
    {
        if (due.Where(subscriber => subscriber.IsPaused).Select(subscriber => subscriber.Id)
            .ToArray() is { Length: > 0 } paused)
        {
            await session.ExecuteAsync($"""
                UPDATE subscribers
                SET state = 'active', paused_until = NULL
                WHERE state = 'paused' AND id IN ({dialect.NumbersSql("@ids")})
                """, new { ids = new NumberList(paused) });
        }

        await session.ExecuteAsync("""
            UPDATE subscribers
            SET next_due_at = due.instant
            FROM (SELECT value ->> 0 AS id, value ->> 1 AS instant FROM json_each(@pairs)) AS due
            WHERE subscribers.id = due.id
            """, new
        {
            pairs = JsonSerializer.Serialize(due.Select(subscriber =>
                (long[])[subscriber.Id, findNextDue(subscriber).ToUnixTimeMilliseconds()])),
        });
    }
}
