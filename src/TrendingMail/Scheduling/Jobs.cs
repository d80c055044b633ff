using Microsoft.Extensions.Logging;
using Quartz;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.Queue;
using TrendingMail.Digests.Planning;
using TrendingMail.Editions;
using TrendingMail.Inbound;
using TrendingMail.Papers.Sources;
using TrendingMail.SignUp;

namespace TrendingMail.Scheduling;

/// <summary>
/// Fetches from the sources, publishes editions that are due, and alerts the operator to problems; then polls the vote
/// counts of the preceding days.
/// </summary>
public sealed class RefreshEditionsJob(
    EditionPublisher publisher, OperatorAlerts alerts, PaperCollector collector, PapersOptions options, TimeProvider clock) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await RefreshAsync(publisher, alerts, cancellationToken);
        await collector.PollAsync(clock.GetUtcNow(), options.PollDays, cancellationToken);
    }

    /// <summary>The first part of the job; also runs at start-up.</summary>
    public static async Task RefreshAsync(EditionPublisher publisher, OperatorAlerts alerts, CancellationToken cancellationToken)
    {
        foreach (var warning in await publisher.RefreshAsync(cancellationToken))
        {
            await alerts.RaiseAsync(warning.Key, warning.Subject, warning.Text, cancellationToken);
        }
    }
}

/// <summary>Deletes personal data whose retention period has passed.</summary>
public sealed class RetentionJob(RetentionSweep sweep, ILogger<RetentionJob> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (await sweep.RunAsync(cancellationToken) is { Total: > 0 } report)
        {
            logger.LogInformation("Deleted expired data: {Report}", report);
        }
    }
}

/// <summary>Queues the digests of the subscribers who are due.</summary>
public sealed class PlanDigestsJob(DigestPlanner planner, DeliveryDispatcher dispatcher) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await planner.PlanDueAsync(cancellationToken, dispatcher.Wake);
}

/// <summary>Deletes old deliveries and inbound events.</summary>
public sealed class PruneHistoryJob(DeliveryRetention deliveries, InboundRetention inbound) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await deliveries.DeleteExpiredAsync(cancellationToken);
        await inbound.DeleteExpiredAsync(cancellationToken);
    }
}
