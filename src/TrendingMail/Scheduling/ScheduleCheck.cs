using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using TrendingMail.Diagnostics;

namespace TrendingMail.Scheduling;

/// <summary>
/// Whether the scheduler runs: reads from its store, without starting it, when each trigger fired and is next due.
/// </summary>
internal sealed class ScheduleCheck(QuartzStore store, TimeProvider clock) : IDiagnosticCheck
{
    /// <summary>How late a trigger may be before the scheduler counts as stopped.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    public string Name => "schedule";

    public CheckGroup Group => CheckGroup.Installation;

    public string Description => "when each job last ran and is next due";

    public bool NeedsNetwork => false;

    public bool GuardsReputation => false;

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (store.Files is [var file, ..] && !File.Exists(file))
        {
            return [CreateNeverRan()];
        }

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(options => options.InstanceName = JobSchedule.SchedulerName);
            quartz.UsePersistentStore(persistent =>
            {
                store.Configure(persistent);
                persistent.UseSystemTextJsonSerializer();
            });
        });
        await using var provider = services.BuildServiceProvider();
        var scheduler = await provider.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken);
        try
        {
            return await JudgeAsync(scheduler, cancellationToken);
        }
        finally
        {
            await scheduler.Shutdown(waitForJobsToComplete: false, CancellationToken.None);
        }
    }

    internal static Finding Judge(
        string trigger, TriggerState state, DateTimeOffset? previous, DateTimeOffset? next, DateTimeOffset now)
    {
        var last = previous is { } at ? $"last fired at {Format(at)}" : "has not fired yet";
        return (state switch
        {
            TriggerState.Paused or TriggerState.Error => Finding.Bad(
                $"The trigger {last} and is {state.ToString().ToLowerInvariant()}.",
                "Restart the program, which replaces its triggers, and see the log for the fault."),
            _ when next is { } overdue && now - overdue > Tolerance => Finding.Bad(
                $"The trigger {last} and was due at {Format(overdue)}: the program is not running.",
                "Start the program (role all or worker)."),
            _ => Finding.Good($"The trigger {last}" + (next is { } due ? $" and is next due at {Format(due)}." : ".")),
        }).About(trigger);
    }

    private static Finding CreateNeverRan() =>
        Finding.Warn("The scheduler has never run.", "Start the program (role all or worker).");

    private async Task<IReadOnlyList<Finding>> JudgeAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var key in await scheduler.GetTriggerKeys(GroupMatcher<TriggerKey>.AnyGroup(), cancellationToken))
        {
            if (await scheduler.GetTrigger(key, cancellationToken) is { } trigger)
            {
                findings.Add(Judge(key.Name, await scheduler.GetTriggerState(key, cancellationToken),
                    trigger.PreviousFireTimeUtc, trigger.NextFireTimeUtc, clock.GetUtcNow()));
            }
        }

        return findings.Count > 0 ? findings.OrderBy(finding => finding.Subject).ToList() : [CreateNeverRan()];
    }

    private static string Format(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
