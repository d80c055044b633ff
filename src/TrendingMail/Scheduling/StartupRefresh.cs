using Quartz;

namespace TrendingMail.Scheduling;

/// <summary>
/// Brings the editions up to date when the program starts. The scheduler does the work, so that only one node does it
/// however many start at once, and never while a scheduled refresh is running.
/// </summary>
public sealed class StartupRefresh(ISchedulerFactory schedulers)
{
    /// <summary>Names the one trigger that all nodes share.</summary>
    public static TriggerKey TriggerKey { get; } = new("start-up");

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Schedules a refresh unless a node already has, and waits until it is done, on whichever node.</summary>
    /// <exception cref="TrendingMailException">The job store is unavailable.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var scheduler = await schedulers.GetScheduler(cancellationToken);
            if (!await IsPendingAsync(scheduler, cancellationToken))
            {
                await scheduler.ScheduleTrigger(CreateTrigger(), TriggerConflict.Keep, cancellationToken);
            }

            while (await IsPendingAsync(scheduler, cancellationToken))
            {
                await Task.Delay(PollInterval, cancellationToken);
            }
        }
        catch (SchedulerException e)
        {
            throw new TrendingMailException(e.Message, e);
        }
    }

    private static ITrigger CreateTrigger() =>
        TriggerBuilder.Create().WithIdentity(TriggerKey).ForJob(JobSchedule.RefreshEditions).StartNow().Build();

    /// <summary>A paused trigger, or one that failed, waits for an operator and not for time.</summary>
    private static async Task<bool> IsPendingAsync(IScheduler scheduler, CancellationToken cancellationToken) =>
        await scheduler.GetTriggerState(TriggerKey, cancellationToken)
            is TriggerState.Normal or TriggerState.Blocked or TriggerState.Executing;
}
