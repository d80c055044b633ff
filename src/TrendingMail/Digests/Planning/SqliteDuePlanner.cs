using System.Text.Json;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Digests.Planning;

/// <summary>
/// Loads a batch of subscribers and decides on each in memory, which is cheap for an in-process database.
/// </summary>
internal sealed class SqliteDuePlanner(IDialect dialect, DeliveryQueue deliveryQueue) : IDuePlanner
{
    /// <summary>The next due time by schedule, as far as computed.</summary>
    private readonly Dictionary<string, DateTimeOffset> nextDueBySchedule = [];

    public async Task<DueBatch> PlanBatchAsync(Session session, Edition? newest, DueCursor after, DateTimeOffset now, int limit)
    {
        var due = await SubscriberStore.FindDueAsync(session, now, limit);
        if (due.Where(subscriber => subscriber.IsPaused).Select(subscriber => subscriber.Id).ToArray() is { Length: > 0 } paused)
        {
            await EndPausesAsync(session, paused);
        }

        await SetNextDueAsync(session, due.Select(subscriber => (subscriber.Id, FindNextDue(subscriber.Schedule, now))));
        var mailings = new List<(Mailing, IReadOnlyCollection<long>)>();
        if (newest is not null)
        {
            // Suppressed subscribers are rescheduled too: once the suppression is lifted, digests resume at the usual
            // time.
            foreach (var recipients in due.Where(subscriber => !subscriber.IsSuppressed).GroupBy(subscriber => DueSubscriber.IsWeekly(subscriber.Schedule)))
            {
                mailings.Add((Digest.MailingFor(recipients.Key, newest.Day),
                    await WeeklyRecipients.ExcludeAsync(session, dialect, recipients.Key, newest.Day, [.. recipients.Select(subscriber => subscriber.Id)])));
            }
        }

        return new DueBatch(due.Count, await deliveryQueue.EnqueueAsync(session, mailings), after);
    }

    private Task<int> EndPausesAsync(Session session, IReadOnlyCollection<long> ids) => session.ExecuteAsync($"""
        UPDATE subscribers
        SET state = 'active', paused_until = NULL
        WHERE state = 'paused' AND id IN ({dialect.NumbersSql("@ids")})
        """, new { ids = new NumberList(ids) });

    private static Task<int> SetNextDueAsync(Session session, IEnumerable<(long Id, DateTimeOffset Due)> dueTimes) => session.ExecuteAsync("""
        UPDATE subscribers
        SET next_due_at = due.instant
        FROM (SELECT value ->> 0 AS id, value ->> 1 AS instant FROM json_each(@pairs)) AS due
        WHERE subscribers.id = due.id
        """, new
    {
        pairs = JsonSerializer.Serialize(dueTimes.Select(subscriber => (long[])[subscriber.Id, subscriber.Due.ToUnixTimeMilliseconds()])),
    });

    private DateTimeOffset FindNextDue(string schedule, DateTimeOffset now)
    {
        if (!nextDueBySchedule.TryGetValue(schedule, out var next))
        {
            nextDueBySchedule.Add(schedule, next = DueSubscriber.NextDue(schedule, now));
        }

        return next;
    }
}
