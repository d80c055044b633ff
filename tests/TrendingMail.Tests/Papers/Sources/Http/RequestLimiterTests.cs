using TrendingMail.Papers.Sources.Http;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Sources.Http;

public abstract class RequestLimiterTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly TimerCountingClock time = new(Morning);

    [Fact]
    public async Task TwoNodesKeepThePauseBetweenThem()
    {
        var starts = new List<DateTimeOffset>();
        var nodes = new[] { new RequestLimiter(Database, time), new RequestLimiter(OtherNode, time) }
            .Select(limiter => Task.Run(async () =>
            {
                for (var i = 0; i < 3; i++)
                {
                    await using var permit = await limiter.AcquireAsync("arxiv", Pause, Stop);
                    lock (starts)
                    {
                        starts.Add(time.GetUtcNow());
                    }
                }
            }, Stop)).ToArray();
        await AdvanceAsync(nodes);
        await Task.WhenAll(nodes);

        Assert.Equal(6, starts.Count);
        Assert.All(starts.Zip(starts.Skip(1)), pair => Assert.True(pair.Second - pair.First >= Pause, $"{pair}"));
    }

    [Fact]
    public async Task OnlyOneRequestIsInFlight()
    {
        var slots = new RequestLimiter(Database, time);
        var first = await slots.AcquireAsync("arxiv", Pause, Stop);
        var second = slots.AcquireAsync("arxiv", Pause, Stop);

        await AdvanceAsync([second], TimeSpan.FromSeconds(30));
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();
        await AdvanceAsync([second]);
        await (await second).DisposeAsync();
    }

    [Fact]
    public async Task ANodeThatDiesWithThePermitBlocksTheOthersForAMinute()
    {
        var slots = new RequestLimiter(Database, time);
        _ = await slots.AcquireAsync("arxiv", Pause, Stop);

        await AdvanceAsync([slots.AcquireAsync("arxiv", Pause, Stop)]);

        Assert.InRange((time.GetUtcNow() - Morning).TotalSeconds, 60, 62);
    }

    [Fact]
    public async Task ServicesDoNotWaitForEachOther()
    {
        var slots = new RequestLimiter(Database, time);
        await using var one = await slots.AcquireAsync("arxiv", Pause, Stop);
        await using var other = await slots.AcquireAsync("another", Pause, Stop);

        Assert.Equal(Morning, time.GetUtcNow());
    }

    /// <summary>Advances the clock in half-second steps, each once every unfinished task waits for it.</summary>
    private async Task AdvanceAsync(Task[] nodes, TimeSpan? atMost = null)
    {
        for (var i = 0; i < (atMost ?? TimeSpan.FromMinutes(2)).TotalSeconds * 2; i++)
        {
            while (time.Waiting != nodes.Count(node => !node.IsCompleted))
            {
                Stop.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            if (nodes.All(node => node.IsCompleted))
            {
                break;
            }

            time.Advance(TimeSpan.FromSeconds(0.5));
        }
    }
}

public sealed class RequestLimiterOnSqlite() : RequestLimiterTests(new SqliteFixture());

public sealed class RequestLimiterOnPostgreSql() : RequestLimiterTests(new PostgreSqlFixture());
