using Quartz;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Diagnostics.Guard;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Digests.Planning;
using TrendingMail.Editions.Publishing;
using TrendingMail.Papers.Sources;

namespace TrendingMail.Scheduling;

/// <summary>
/// Fetches from the sources, publishes editions that are due, and alerts the operator to problems; then polls the vote
/// counts of the preceding days.
/// </summary>
public sealed class RefreshEditionsJob(
    EditionPublisher publisher, OperatorAlerts alerts, PaperCollector collector, PapersOptions options,
    TimeProvider clock) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (var warning in await publisher.RefreshAsync(cancellationToken))
        {
            await alerts.RaiseAsync(warning.Key, warning.Subject, warning.Text, cancellationToken);
        }

        // The program's start waits for the editions, not for the counts of past days.
        if (!context.Trigger.Key.Equals(StartupRefresh.TriggerKey))
        {
            await collector.PollAsync(clock.GetUtcNow(), options.PollDays, cancellationToken);
        }
    }
}

/// <summary>Sends the digests to the seed mailboxes, and finds out where they were filed.</summary>
public sealed class SeedsJob(SeedMonitor seeds) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await seeds.RunAsync(cancellationToken);
}

/// <summary>Checks whether digests may leave, and queues those of the subscribers who are due.</summary>
public sealed class PlanDigestsJob(DigestGuard guard, DigestPlanner planner, DeliveryDispatcher dispatcher) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await guard.UpdateAsync(cancellationToken);
        await planner.PlanDueAsync(cancellationToken, dispatcher.Wake);
    }
}
