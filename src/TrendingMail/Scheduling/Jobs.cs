using Quartz;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;

namespace TrendingMail.Scheduling;

/// <summary>Looks at the sources, publishes what is due, and tells the operator what is not as it should be.</summary>
public sealed class RefreshEditionsJob(EditionDesk desk, OperatorAlerts alerts) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await RefreshAsync(desk, alerts, cancellationToken);

    /// <summary>What the job does, also for the program's start.</summary>
    public static async Task RefreshAsync(EditionDesk desk, OperatorAlerts alerts, CancellationToken cancellationToken)
    {
        foreach (var warning in await desk.RefreshAsync(cancellationToken))
        {
            await alerts.RaiseAsync(warning.Key, warning.Subject, warning.Text, cancellationToken);
        }
    }
}

/// <summary>Queues the digests of the readers whose hour has come.</summary>
public sealed class SendDigestsJob(DigestPlanner planner, DeliveryPump pump) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if ((await planner.PlanDueAsync(cancellationToken)).Queued > 0)
        {
            pump.Wake();
        }
    }
}
