using TrendingMail.Delivery.Queue;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Digests.Planning;

/// <summary>
/// Loads a batch of subscribers and decides on each in memory, which is cheap for an in-process database.
/// </summary>
internal sealed class SqliteDuePlanner(IDialect dialect, DeliveryQueue deliveryQueue) : IDuePlanner
{
    /// <summary>The rule by schedule, as far as decided.</summary>
    private readonly Dictionary<SendSchedule, DueRule> rules = [];

    public async Task<DueBatch> PlanBatchAsync(Session session, DuePlan plan, DueCursor after, int limit)
    {
        var found = await DueSubscribers.FindAsync(session, (after.DueAt, after.Id), plan.Now, limit);
        var decisions = found.Select(subscriber => (Subscriber: subscriber, Rule: Decide(subscriber, plan)))
            .Where(decision => decision.Rule.Action != DueAction.Wait)
            .ToList();
        await SqliteDueSubscribers.RescheduleAsync(
            session, dialect, [.. decisions.Select(decision => (decision.Subscriber, decision.Rule.Next))]);
        var mailings = new List<(Mailing, IReadOnlyCollection<long>)>();
        if (plan.Day is { } day)
        {
            // Suppressed subscribers are rescheduled too: once the suppression is lifted, digests resume at the usual
            // time.
            foreach (var recipients in decisions
                .Where(decision => decision.Rule.Action == DueAction.Send && !decision.Subscriber.IsSuppressed)
                .Select(decision => decision.Subscriber)
                .GroupBy(subscriber => subscriber.Schedule.IsWeekly))
            {
                mailings.Add((Digest.MailingFor(recipients.Key, day), await WeeklyRecipients.ExcludeAsync(
                    session, dialect, recipients.Key, day, [.. recipients.Select(subscriber => subscriber.Id)])));
            }
        }

        return new DueBatch(decisions.Count, await deliveryQueue.EnqueueAsync(session, mailings),
            found.Count == limit ? new DueCursor(found[^1].DueAt, found[^1].Id) : null);
    }

    private (DueAction Action, DateTimeOffset Next) Decide(DueSubscriber subscriber, DuePlan plan)
    {
        if (!rules.TryGetValue(subscriber.Schedule, out var rule))
        {
            rules.Add(subscriber.Schedule, rule = plan.RuleFor(subscriber.Schedule));
        }

        return rule.Decide(subscriber.DueAt);
    }
}
