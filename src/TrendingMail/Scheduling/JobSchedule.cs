using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using TrendingMail.Diagnostics;
using TrendingMail.Editions;
using TrendingMail.Papers.Sources;
using TrendingMail.Storage.Backup;

namespace TrendingMail.Scheduling;

/// <summary>
/// The jobs and their triggers. The schedule is persisted in a job store, so that triggers missed while the program was
/// down fire at start-up: once each, however often they were missed.
/// </summary>
public static class JobSchedule
{
    /// <summary>The job that fetches papers and publishes editions.</summary>
    internal static JobKey RefreshEditions { get; } = new("refresh-editions");

    /// <summary>The name of the scheduler in its store, the same on all nodes.</summary>
    internal const string SchedulerName = "TrendingMail";

    /// <summary>Every minute: a subscriber's send time may be any minute in any time zone.</summary>
    private const string EveryMinute = "0 * * * * ?";

    /// <summary>Once a day, at a time when few subscribers are due.</summary>
    private const string Nightly = "0 20 2 * * ?";

    /// <summary>The longest downtime after which missed triggers still fire.</summary>
    private static readonly TimeSpan CatchUpWindow = TimeSpan.FromDays(7);

    /// <summary>Registers the scheduler. Call it after the database engine is registered.</summary>
    public static IServiceCollection AddScheduling(
        this IServiceCollection services, PapersOptions papers, DigestOptions digest, BackupOptions backup)
    {
        var quartzStore = FindQuartzStore(services);

        // A trigger never fires for a time before its start: starting today would drop what was missed while the
        // program was down.
        var start = DateTimeOffset.UtcNow - CatchUpWindow;
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(options => options.InstanceName = SchedulerName);
            quartz.UsePersistentStore(store =>
            {
                quartzStore.Configure(store);
                store.UseSystemTextJsonSerializer();
                store.ProvisionSchema();
            });
            // Fetching and publishing are one job, and only one node at a time queries the sources.
            quartz.AddJob<RefreshEditionsJob>(job => job.WithIdentity(RefreshEditions).StoreDurably().RequestRecovery()
                .DisallowConcurrentExecution());
            quartz.AddJob<PlanDigestsJob>(job => job.WithIdentity("send-digests").StoreDurably().RequestRecovery());
            quartz.AddJob<RetentionJob>(job => job.WithIdentity("retention").StoreDurably().RequestRecovery());
            // One node at a time, so that a mailbox is not searched twice.
            quartz.AddJob<SeedsJob>(job => job.WithIdentity("seeds").StoreDurably().DisallowConcurrentExecution());
            quartz.AddJob<BackupJob>(job => job.WithIdentity("backup").StoreDurably().DisallowConcurrentExecution());
            if (backup.IsScheduled)
            {
                AddTrigger("backup", new JobKey("backup"), backup.Cron, TimeZoneInfo.Utc);
            }

            AddTrigger("retention-nightly", new JobKey("retention"), Nightly, TimeZoneInfo.Utc);
            AddTrigger("fetch", RefreshEditions, papers.FetchCron, TimeZoneInfo.Utc);
            AddTrigger("publish", RefreshEditions, DailyCron(digest.PublishAt), digest.Zone);
            AddTrigger("every-minute", new JobKey("send-digests"), EveryMinute, TimeZoneInfo.Utc);
            AddTrigger("seeds-every-minute", new JobKey("seeds"), EveryMinute, TimeZoneInfo.Utc);

            void AddTrigger(string name, JobKey job, string cron, TimeZoneInfo zone) =>
                quartz.AddTrigger(trigger => trigger.ForJob(job).WithIdentity(name).StartAt(start)
                    .WithOverlapPolicy(OverlapPolicy.Skip)
                    .WithCronSchedule(cron, schedule => schedule.InTimeZone(zone)
                        .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
        });
        // At each start, triggers replace those of the previous run and continue from their last firing.
        services.Configure<QuartzOptions>(
            options => options.Scheduling.ScheduleTriggerRelativeToReplacedTrigger = true);
        services.AddSingleton<StartupRefresh>();
        return services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true)
            .AddSingleton<ScheduleRepair>()
            .AddHostedService(provider => provider.GetRequiredService<ScheduleRepair>());
    }

    /// <summary>Registers the check of the schedule, also where no scheduler runs.</summary>
    public static IServiceCollection AddScheduleCheck(this IServiceCollection services) =>
        services.AddSingleton<IDiagnosticCheck, ScheduleCheck>();

    /// <summary>The engine's store, which Quartz needs before there is a service provider.</summary>
    private static QuartzStore FindQuartzStore(IServiceCollection services) =>
        services.Select(service => service.ImplementationInstance).OfType<QuartzStore>().LastOrDefault() ??
        throw new InvalidOperationException("Register a database engine before the schedule.");

    /// <summary>A Quartz cron expression for a daily time.</summary>
    public static string DailyCron(TimeOnly time) =>
        string.Create(CultureInfo.InvariantCulture, $"0 {time.Minute} {time.Hour} * * ?");
}
