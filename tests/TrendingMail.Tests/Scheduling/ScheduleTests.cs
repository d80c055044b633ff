using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;
using TrendingMail.Papers;
using TrendingMail.Scheduling;
using TrendingMail.Storage;
using TrendingMail.Tests.Papers;
using TrendingMail.Worker.Hosting;

namespace TrendingMail.Tests.Scheduling;

public sealed class ScheduleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private ScheduleStore Store => ScheduleStore.Of(new DatabaseOptions { ConnectionString = "Data Source=test.db" }, folder.Path);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        folder.Dispose();
    }

    [Theory]
    [InlineData("21:30", "0 30 21 * * ?")]
    [InlineData("00:00", "0 0 0 * * ?")]
    public void ATimeOfDayIsACronExpression(string time, string cron)
    {
        Assert.Equal(cron, Schedule.Daily(TimeOnly.ParseExact(time, "HH:mm", null)));
        Assert.True(CronExpression.TryParse(cron, out _));
    }

    [Fact]
    public async Task TheScheduleHasAFileBesideTheDatabase()
    {
        await Store.PrepareAsync();

        Assert.True(File.Exists(folder.File("test.schedule.db")));
    }

    [Fact(Timeout = 60_000)]
    public async Task WhatFellDueWhileTheProgramWasDownIsMadeUpForOnce()
    {
        var source = new ScriptedSource(_ => new SourceReading([], []));
        using (var first = await HostAsync(source, new Fired()))
        {
            await first.StartAsync(Stop);
            await first.StopAsync(Stop);
        }

        await LetPublishingHaveLastHappenedAsync(DateTimeOffset.UtcNow.AddDays(-3));
        var fired = new Fired();
        using var second = await HostAsync(source, fired);
        await second.StartAsync(Stop);

        await fired.Publish.WaitAsync(Stop);
        await second.StopAsync(Stop);

        Assert.Equal(1, fired.Publishes);
    }

    private async Task<IHost> HostAsync(IPaperSource source, Fired fired)
    {
        var settings = new Settings
        {
            Database = new DatabaseOptions { ConnectionString = $"Data Source={folder.File("test.db")}" },
        };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddTrendingMail(settings);
        builder.Services.AddSingleton(source);
        await Store.PrepareAsync();
        builder.Services.AddSchedule(settings.Papers, settings.Digest, Store);
        builder.Services.AddQuartz(quartz => quartz.AddTriggerListener(fired, []));
        var host = builder.Build();
        await host.Services.GetRequiredService<Migrator>().MigrateAsync(Stop);
        return host;
    }

    private async Task LetPublishingHaveLastHappenedAsync(DateTimeOffset instant)
    {
        await using var connection = new SqliteConnection($"Data Source={folder.File("test.schedule.db")}");
        Assert.Equal(1, await connection.ExecuteAsync("""
            UPDATE QRTZ_TRIGGERS
            SET PREV_FIRE_TIME = @last, NEXT_FIRE_TIME = @next, START_TIME = @last
            WHERE TRIGGER_NAME = 'publish'
            """, new { last = instant.UtcTicks, next = instant.AddDays(1).UtcTicks }));
    }

    private sealed class Fired : ITriggerListener
    {
        private readonly TaskCompletionSource publish = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int publishes;

        public string Name => "test";

        public Task Publish => publish.Task;

        public int Publishes => publishes;

        public ValueTask TriggerComplete(ITrigger trigger, IJobExecutionContext context,
            SchedulerInstruction triggerInstructionCode, CancellationToken cancellationToken = default)
        {
            if (trigger.Key.Name == "publish")
            {
                Interlocked.Increment(ref publishes);
                publish.TrySetResult();
            }

            return default;
        }
    }
}
