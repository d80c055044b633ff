using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace TrendingMail.Scheduling;

/// <summary>
/// Reschedules triggers that a wrong clock has moved into the future: after a clock was set ahead and back, they would
/// fire only when that time comes again.
/// </summary>
public sealed class ScheduleRepair(
    ISchedulerFactory schedulers, TimeProvider clock, ILogger<ScheduleRepair> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Reschedules the triggers that skip firings.</summary>
    /// <returns>The number of triggers rescheduled.</returns>
    /// <exception cref="SchedulerException">The job store is unavailable.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var repaired = 0;
        foreach (var key in (await scheduler.QueryTriggers(new TriggerQuery(), cancellationToken)).Items
            .Select(header => header.Key))
        {
            var now = clock.GetUtcNow();
            if (await scheduler.GetTrigger(key, cancellationToken) is ICronTrigger trigger
                && trigger.GetTriggerBuilder().StartAt(now).Build() is var fresh && SkipsFirings(trigger, fresh, now))
            {
                logger.LogWarning("Job {Job} was scheduled for {Next:u}, perhaps by a clock that was wrong. It is " +
                    "rescheduled", key.Name, trigger.NextFireTimeUtc);
                await scheduler.RescheduleJob(key, fresh, cancellationToken);
                repaired++;
            }
        }

        return repaired;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (SchedulerException e)
            {
                logger.LogWarning("Cannot check the schedule: {Fault}", e.Message);
            }
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    /// <param name="fresh">The same trigger as if it were scheduled now.</param>
    private static bool SkipsFirings(ITrigger trigger, ITrigger fresh, DateTimeOffset now) =>
        // Two firings of tolerance: one may be under way.
        fresh.GetFireTimeAfter(now) is { } next && trigger.NextFireTimeUtc > fresh.GetFireTimeAfter(next);

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
