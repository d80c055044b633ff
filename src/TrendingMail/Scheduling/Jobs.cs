using Quartz;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Papers;

namespace TrendingMail.Scheduling;

/// <summary>Looks at the sources and publishes what is due; then counts the votes of the days before again.</summary>
public sealed class RefreshEditionsJob(
    EditionDesk desk, PaperCollector collector, PapersOptions options, TimeProvider clock) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await desk.RefreshAsync(cancellationToken);
        await collector.PollAsync(clock.GetUtcNow(), options.PollDays, cancellationToken);
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
