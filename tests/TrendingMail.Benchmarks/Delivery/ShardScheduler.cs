using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>A scheduler of a cluster on PostgreSQL whose jobs stand for shards of a digest.</summary>
internal sealed class ShardScheduler : IAsyncDisposable
{
    /// <summary>What the process says that is to be killed amid its job.</summary>
    public const string Begun = "begun";

    private const int AtOnce = 4;

    private readonly ServiceProvider services;
    private readonly IScheduler scheduler;
    private readonly ShardBoard board;

    private ShardScheduler(ServiceProvider services, IScheduler scheduler)
    {
        (this.services, this.scheduler) = (services, scheduler);
        board = services.GetRequiredService<ShardBoard>();
    }

    public static async Task<ShardScheduler> StartAsync(string connectionString, string cluster, CancellationToken stop)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<ShardBoard>();
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(options => (options.InstanceName, options.InstanceId) = (cluster, $"{Environment.ProcessId}"));
            quartz.UseDefaultThreadPool(AtOnce);
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

    /// <summary>The child process: begins a job that never ends.</summary>
    public static async Task<int> BeginAndHangAsync(string connectionString, CancellationToken stop)
    {
        await using var own = await StartAsync(connectionString, "recovery", stop);
        own.board.Hangs = true;
        await own.scheduler.ScheduleJob(Job("hangs"), Trigger("hangs"), cancellationToken: stop);
        await own.board.DoneAsync(1, stop);
        Console.WriteLine(Begun);
        await Task.Delay(Timeout.Infinite, stop);
        return 0;
    }

    /// <summary>Stores so many jobs, each due at once, and waits until all have run.</summary>
    public async Task RunAsync(int jobs, CancellationToken stop)
    {
        board.Clear();
        for (var i = 0; i < jobs; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"shard-{jobs}-{i}");
            await scheduler.ScheduleJob(Job(name), Trigger(name), cancellationToken: stop);
        }

        await board.DoneAsync(jobs, stop);
    }

    /// <summary>Ends when a job runs that another scheduler had begun.</summary>
    public Task RecoveredAsync(CancellationToken stop) => board.DoneAsync(1, stop);

    public async ValueTask DisposeAsync()
    {
        await scheduler.Shutdown(waitForJobsToComplete: false);
        await services.DisposeAsync();
    }

    private static IJobDetail Job(string name) => JobBuilder.Create<ShardJob>().WithIdentity(name).RequestRecovery().Build();

    private static ITrigger Trigger(string name) => TriggerBuilder.Create().WithIdentity(name).StartNow().Build();
}

/// <summary>What a scheduler's jobs tell.</summary>
internal sealed class ShardBoard
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    private int begun;

    public bool Hangs { get; set; }

    public void Begin() => Interlocked.Increment(ref begun);

    public void Clear() => begun = 0;

    public async Task DoneAsync(int jobs, CancellationToken stop)
    {
        while (Volatile.Read(ref begun) < jobs)
        {
            await Task.Delay(Interval, stop);
        }
    }
}

internal sealed class ShardJob(ShardBoard board) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        board.Begin();
        if (board.Hangs)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
