using Microsoft.Extensions.Logging;
using Quartz;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Inbound;
using TrendingMail.Papers;
using TrendingMail.SignUp;

namespace TrendingMail.Scheduling;

/// <summary>
/// Looks at the sources, publishes what is due, and tells the operator what is not as it should be; then counts the votes
/// of the days before again.
/// </summary>
public sealed class RefreshEditionsJob(
    EditionDesk desk, OperatorAlerts alerts, PaperCollector collector, PapersOptions options, TimeProvider clock) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await RefreshAsync(desk, alerts, cancellationToken);
        await collector.PollAsync(clock.GetUtcNow(), options.PollDays, cancellationToken);
    }

    /// <summary>What the job does first, also for the program's start.</summary>
    public static async Task RefreshAsync(EditionDesk desk, OperatorAlerts alerts, CancellationToken cancellationToken)
    {
        foreach (var warning in await desk.RefreshAsync(cancellationToken))
        {
            await alerts.RaiseAsync(warning.Key, warning.Subject, warning.Text, cancellationToken);
        }
    }
}

/// <summary>Forgets what has been kept long enough.</summary>
public sealed class RetentionJob(RetentionSweep sweep, ILogger<RetentionJob> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (await sweep.RunAsync(cancellationToken) is { Total: > 0 } report)
        {
            logger.LogInformation("Forgotten, as Retention says: {Report}", report);
        }
    }
}

/// <summary>Queues the digests of the readers whose hour has come.</summary>
public sealed class SendDigestsJob(DigestPlanner planner, DeliveryPump pump) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await planner.PlanDueAsync(cancellationToken, pump.Wake);
}

/// <summary>Deletes the old rows of the ledger, and of what came back.</summary>
public sealed class TidyLedgerJob(LedgerRetention ledger, InboundRetention inbound) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await ledger.TidyAsync(cancellationToken);
        await inbound.TidyAsync(cancellationToken);
    }
}
