using System.Text.Json;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Schedules;

/// <summary>Reschedules due subscribers in SQLite, many with one statement.</summary>
internal static class SqliteDueSubscribers
{
    /// <summary>Sets when each subscriber is next due, and ends the pauses of those who were paused.</summary>
    public static async Task RescheduleAsync(
        Session session, IDialect dialect, IReadOnlyList<(DueSubscriber Subscriber, DateTimeOffset Next)> due)
    {
        if (due.Where(pair => pair.Subscriber.IsPaused).Select(pair => pair.Subscriber.Id)
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
            pairs = JsonSerializer.Serialize(due.Select(pair =>
                (long[])[pair.Subscriber.Id, pair.Next.ToUnixTimeMilliseconds()])),
        });
    }
}
