using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using TrendingMail.Editions;
using TrendingMail.Papers;

namespace TrendingMail.Scheduling;

/// <summary>
/// What runs when. The schedule is kept in a store of its own, so that what fell due while the program was down is made
/// up for at its start: once, however often it was missed.
/// </summary>
public static class Schedule
{
    /// <summary>Each minute: a reader's hour may be any minute of any zone.</summary>
    private const string EachMinute = "0 * * * * ?";

    /// <summary>Once a day, at an hour at which few readers are due.</summary>
    private const string EachNight = "0 20 2 * * ?";

    /// <summary>How long the program may be down and still make up for what it missed.</summary>
    private static readonly TimeSpan LongestOutage = TimeSpan.FromDays(7);

    public static IServiceCollection AddSchedule(
        this IServiceCollection services, PapersOptions papers, DigestOptions digest, ScheduleStore kept)
    {
        // A trigger fires for no time before its start: with today's, what fell due while the program was down would be
        // forgotten.
        var start = DateTimeOffset.UtcNow - LongestOutage;
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(options => options.InstanceName = "TrendingMail");
            quartz.UsePersistentStore(store =>
            {
                kept.Use(store);
                store.UseSystemTextJsonSerializer();
                store.ProvisionSchema();
            });
            // Fetching and publishing are one job, and sources are asked by one node at a time.
            quartz.AddJob<RefreshEditionsJob>(job => job.WithIdentity("refresh-editions").StoreDurably().RequestRecovery()
                .DisallowConcurrentExecution());
            quartz.AddJob<SendDigestsJob>(job => job.WithIdentity("send-digests").StoreDurably().RequestRecovery());
            quartz.AddJob<TidyLedgerJob>(job => job.WithIdentity("tidy-ledger").StoreDurably());
            quartz.AddJob<RetentionJob>(job => job.WithIdentity("retention").StoreDurably().RequestRecovery());
            quartz.AddTrigger(trigger => trigger.ForJob("retention").WithIdentity("forget").StartAt(start)
                .WithOverlapPolicy(OverlapPolicy.Skip)
                .WithCronSchedule(EachNight, cron => cron.InTimeZone(TimeZoneInfo.Utc)
                    .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
            quartz.AddTrigger(trigger => trigger.ForJob("refresh-editions").WithIdentity("fetch").StartAt(start)
                .WithOverlapPolicy(OverlapPolicy.Skip)
                .WithCronSchedule(papers.FetchCron, cron => cron.InTimeZone(TimeZoneInfo.Utc)
                    .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
            quartz.AddTrigger(trigger => trigger.ForJob("refresh-editions").WithIdentity("publish").StartAt(start)
                .WithOverlapPolicy(OverlapPolicy.Skip)
                .WithCronSchedule(Daily(digest.PublishAt), cron => cron.InTimeZone(digest.Zone)
                    .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
            quartz.AddTrigger(trigger => trigger.ForJob("send-digests").WithIdentity("each-minute").StartAt(start)
                .WithOverlapPolicy(OverlapPolicy.Skip)
                .WithCronSchedule(EachMinute, cron => cron.InTimeZone(TimeZoneInfo.Utc)
                    .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
            quartz.AddTrigger(trigger => trigger.ForJob("tidy-ledger").WithIdentity("each-night").StartAt(start)
                .WithOverlapPolicy(OverlapPolicy.Skip)
                .WithCronSchedule(EachNight, cron => cron.InTimeZone(TimeZoneInfo.Utc)
                    .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
        });
        // At each start the triggers replace those of the run before, and go on from its last firing.
        services.Configure<QuartzOptions>(options => options.Scheduling.ScheduleTriggerRelativeToReplacedTrigger = true);
        return services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
    }

    /// <summary>A Quartz cron expression for once a day at a time of day.</summary>
    public static string Daily(TimeOnly time) =>
        string.Create(CultureInfo.InvariantCulture, $"0 {time.Minute} {time.Hour} * * ?");
}
