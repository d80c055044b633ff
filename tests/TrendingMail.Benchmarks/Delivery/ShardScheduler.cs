using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>A scheduler in a Quartz cluster on PostgreSQL, whose jobs represent shards of a digest.</summary>
internal sealed class ShardScheduler : IAsyncDisposable
{
    /// <summary>Printed by the child process once its job has started and it may be killed.</summary>
    public const string StartedMessage = "started";

    private const int MaximumConcurrency = 4;

    private readonly ServiceProvider services;
    private readonly IScheduler scheduler;
    private readonly ShardJobTracker tracker;

    private ShardScheduler(ServiceProvider services, IScheduler scheduler)
    {
        (this.services, this.scheduler) = (services, scheduler);
        tracker = services.GetRequiredService<ShardJobTracker>();
    }

    public static async Task<ShardScheduler> StartAsync(string connectionString, string cluster, CancellationToken stop)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<ShardJobTracker>();
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(
                options => (options.InstanceName, options.InstanceId) = (cluster, $"{Environment.ProcessId}"));
            quartz.UseDefaultThreadPool(MaximumConcurrency);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(connectionString);
                store.UseClustering();
                store.UseSystemTextJsonSerializer();
                store.ProvisionSchema();
            });
        });
        var provider = services.BuildServiceProvider();
        var scheduler = await provider.GetRequiredService<ISchedulerFactory>().GetScheduler(stop);
        await scheduler.Start(stop);
        return new ShardScheduler(provider, scheduler);
    }

    /// <summary>Runs in the child process: starts a job that never ends.</summary>
    public static async Task<int> StartAndHangAsync(string connectionString, CancellationToken stop)
    {
        await using var shardScheduler = await StartAsync(connectionString, "recovery", stop);
        shardScheduler.tracker.Hangs = true;
        await shardScheduler.scheduler.ScheduleJob(Job("hangs"), Trigger("hangs"), cancellationToken: stop);
        await shardScheduler.tracker.WaitForStartsAsync(1, stop);
        Console.WriteLine(StartedMessage);
        await Task.Delay(Timeout.Infinite, stop);
        return 0;
    }

    /// <summary>Schedules jobs that are due at once, and waits until all have run.</summary>
    public async Task RunAsync(int jobs, CancellationToken stop)
    {
        tracker.Reset();
        for (var i = 0; i < jobs; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"shard-{jobs}-{i}");
            await scheduler.ScheduleJob(Job(name), Trigger(name), cancellationToken: stop);
        }

        await tracker.WaitForStartsAsync(jobs, stop);
    }

    /// <summary>Waits until a job that another scheduler had started runs here.</summary>
    public Task WaitForRecoveryAsync(CancellationToken stop) => tracker.WaitForStartsAsync(1, stop);

    public async ValueTask DisposeAsync()
    {
        await scheduler.Shutdown(waitForJobsToComplete: false);
        await services.DisposeAsync();
    }

    private static IJobDetail Job(string name) =>
        JobBuilder.Create<ShardJob>().WithIdentity(name).RequestRecovery().Build();

    private static ITrigger Trigger(string name) => TriggerBuilder.Create().WithIdentity(name).StartNow().Build();
}

/// <summary>Counts the jobs that a scheduler has started.</summary>
internal sealed class ShardJobTracker
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    private int started;

    public bool Hangs { get; set; }

    public void RecordStart() => Interlocked.Increment(ref started);

    public void Reset() => started = 0;

    public async Task WaitForStartsAsync(int jobs, CancellationToken stop)
    {
        while (Volatile.Read(ref started) < jobs)
        {
            await Task.Delay(Interval, stop);
        }
    }
}

internal sealed class ShardJob(ShardJobTracker tracker) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        tracker.RecordStart();
        if (tracker.Hangs)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
