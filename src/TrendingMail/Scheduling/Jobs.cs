using Quartz;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;

namespace TrendingMail.Scheduling;

/// <summary>Looks at the sources and publishes what is due.</summary>
public sealed class RefreshEditionsJob(EditionDesk desk) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await desk.RefreshAsync(cancellationToken);
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
