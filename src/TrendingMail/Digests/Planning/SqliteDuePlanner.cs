using TrendingMail.Delivery.Queue;
using TrendingMail.Editions;
using TrendingMail.Messages;
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
    private readonly Dictionary<SendSchedule, DateTimeOffset> nextDueBySchedule = [];

    public async Task<DueBatch> PlanBatchAsync(
        Session session, Edition? newest, DueCursor after, DateTimeOffset now, int limit)
    {
        var due = await DueSubscribers.FindAsync(session, now, limit);
        await SqliteDueSubscribers.RescheduleAsync(session, dialect, due, schedule => FindNextDue(schedule, now));
        var mailings = new List<(Mailing, IReadOnlyCollection<long>)>();
        if (newest is not null)
        {
            // Suppressed subscribers are rescheduled too: once the suppression is lifted, digests resume at the usual
            // time.
            foreach (var recipients in due.Where(subscriber => !subscriber.IsSuppressed)
                .GroupBy(subscriber => subscriber.Schedule.IsWeekly))
            {
                mailings.Add((Digest.MailingFor(recipients.Key, newest.Day), await WeeklyRecipients.ExcludeAsync(
                    session, dialect, recipients.Key, newest.Day,
                    [.. recipients.Select(subscriber => subscriber.Id)])));
            }
        }

        return new DueBatch(due.Count, await deliveryQueue.EnqueueAsync(session, mailings), after);
    }

    private DateTimeOffset FindNextDue(SendSchedule schedule, DateTimeOffset now)
    {
        if (!nextDueBySchedule.TryGetValue(schedule, out var next))
        {
            nextDueBySchedule.Add(schedule, next = DueTime.Next(schedule, pausedUntil: null, now));
        }

        return next;
    }
}
