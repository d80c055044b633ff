using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;
using TrendingMail.Editions;
using TrendingMail.Engines;
using TrendingMail.Papers.Sources;
using TrendingMail.Scheduling;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Storage.Backup;
using TrendingMail.Storage.Migrations;
using TrendingMail.Tests.Papers.Sources;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Tests.Scheduling;

public sealed class JobScheduleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        folder.Dispose();
    }

    [Theory]
    [InlineData("21:30", "0 30 21 * * ?")]
    [InlineData("00:00", "0 0 0 * * ?")]
    public void ATimeOfDayBecomesACronExpression(string time, string cron)
    {
        Assert.Equal(cron, JobSchedule.DailyCron(TimeOnly.ParseExact(time, "HH:mm", null)));
        Assert.True(CronExpression.TryParse(cron, out _));
    }

    [Fact]
    public async Task TheScheduleIsStoredInAFileBesideTheDatabase()
    {
        using var services = new ServiceCollection().AddSqlite("Data Source=test.db", folder.Path)
            .BuildServiceProvider();

        await services.GetRequiredService<QuartzStore>().PrepareAsync();

        Assert.True(File.Exists(folder.File("test.schedule.db")));
    }

    [Fact]
    public void TheScheduleNeedsADatabaseEngine() => Assert.Throws<InvalidOperationException>(
        () => new ServiceCollection().AddScheduling(new PapersOptions(), new DigestOptions(), new BackupOptions()));

    [Fact(Timeout = 60_000)]
    public async Task AJobMissedWhileTheProgramWasDownRunsOnce()
    {
        var source = new FakeSource(_ => new FetchResult([], []));
        using (var first = await CreateHostAsync(source, new CompletionListener("publish")))
        {
            await first.StartAsync(Stop);
            await first.StopAsync(Stop);
        }

        await SetLastPublishTimeAsync(DateTimeOffset.UtcNow.AddDays(-3));
        var listener = new CompletionListener("publish");
        using var second = await CreateHostAsync(source, listener);
        await second.StartAsync(Stop);

        await listener.First.WaitAsync(Stop);
        await second.StopAsync(Stop);

        Assert.Equal(1, listener.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task NodesThatStartTogetherShareOneRefresh()
    {
        var source = new FakeSource(_ => new FetchResult([], []));
        var listener = new CompletionListener("start-up");
        using var host = await CreateHostAsync(source, listener);
        var refresh = host.Services.GetRequiredService<StartupRefresh>();

        // Both nodes have asked before the scheduler starts to work.
        var nodes = Task.WhenAll(refresh.RunAsync(Stop), refresh.RunAsync(Stop));
        await host.StartAsync(Stop);
        await nodes;
        await host.StopAsync(Stop);

        Assert.Equal(1, listener.Count);
        Assert.NotEmpty(source.RequestedDays);
    }

    [Fact(Timeout = 60_000)]
    public async Task ATriggerThatAWrongClockMovedFarAheadIsRescheduled()
    {
        var source = new FakeSource(_ => new FetchResult([], []));
        using (var first = await CreateHostAsync(source, new CompletionListener("publish")))
        {
            await first.StartAsync(Stop);
            await first.StopAsync(Stop);
        }

        await SetLastPublishTimeAsync(DateTimeOffset.UtcNow.AddDays(300));
        using var second = await CreateHostAsync(source, new CompletionListener("publish"));
        var scheduler = await second.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Stop);
        Assert.True(await FindNextAsync(scheduler) > DateTimeOffset.UtcNow.AddDays(200));

        Assert.Equal(1, await second.Services.GetRequiredService<ScheduleRepair>().RunAsync(Stop));

        Assert.True(await FindNextAsync(scheduler) < DateTimeOffset.UtcNow.AddDays(2));
        Assert.Equal(0, await second.Services.GetRequiredService<ScheduleRepair>().RunAsync(Stop));
    }

    private static async Task<DateTimeOffset?> FindNextAsync(IScheduler scheduler) =>
        (await scheduler.GetTrigger(new TriggerKey("publish"), Stop))?.NextFireTimeUtc;

    [Fact(Timeout = 60_000)]
    public async Task SeedMailboxesAreServedEachMinuteByOneNode()
    {
        var source = new FakeSource(_ => new FetchResult([], []));
        using var host = await CreateHostAsync(source, new CompletionListener("seeds-every-minute"));
        await host.StartAsync(Stop);
        var scheduler = await host.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Stop);

        var job = await scheduler.GetJobDetail(new JobKey("seeds"), Stop);
        var trigger = Assert.Single(await scheduler.GetTriggersOfJob(new JobKey("seeds"), Stop));
        await host.StopAsync(Stop);

        Assert.True(job?.ConcurrentExecutionDisallowed);
        Assert.Equal("0 * * * * ?", Assert.IsType<ICronTrigger>(trigger, exactMatch: false).CronExpressionString);
    }

    private async Task<IHost> CreateHostAsync(IPaperSource source, CompletionListener listener)
    {
        var settings = new Settings
        {
            Database = new DatabaseOptions { ConnectionString = $"Data Source={folder.File("test.db")}" },
            Security = new SecurityOptions { KeyRing = folder.File("keys.json") },
        };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddTrendingMail(settings);
        builder.Services.AddSingleton(source);
        builder.Services.AddScheduling(settings.Papers, settings.Digest, settings.Backup);
        builder.Services.AddQuartz(quartz => quartz.AddTriggerListener(listener, []));
        var host = builder.Build();
        await host.Services.GetRequiredService<QuartzStore>().PrepareAsync();
        await host.Services.GetRequiredService<Migrator>().MigrateAsync(Stop);
        return host;
    }

    private async Task SetLastPublishTimeAsync(DateTimeOffset instant)
    {
        await using var connection = new SqliteConnection($"Data Source={folder.File("test.schedule.db")}");
        Assert.Equal(1, await connection.ExecuteAsync("""
            UPDATE QRTZ_TRIGGERS
            SET PREV_FIRE_TIME = @last, NEXT_FIRE_TIME = @next, START_TIME = @last
            WHERE TRIGGER_NAME = 'publish'
            """, new { last = instant.UtcTicks, next = instant.AddDays(1).UtcTicks }));
    }

    /// <summary>Counts the completed firings of one trigger.</summary>
    private sealed class CompletionListener(string triggerName) : ITriggerListener
    {
        private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int count;

        public string Name => "test";

        public Task First => first.Task;

        public int Count => count;

        public ValueTask TriggerComplete(ITrigger trigger, IJobExecutionContext context,
            SchedulerInstruction triggerInstructionCode, CancellationToken cancellationToken = default)
        {
            if (trigger.Key.Name == triggerName)
            {
                Interlocked.Increment(ref count);
                first.TrySetResult();
            }

            return default;
        }
    }
}
