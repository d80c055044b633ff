using TrendingMail.Papers.Http;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Http;

public abstract class RequestSlotsTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly WaitedClock waited = new(Morning);

    [Fact]
    public async Task TwoNodesTogetherKeepThePause()
    {
        var starts = new List<DateTimeOffset>();
        var nodes = new[] { new RequestSlots(Database, waited), new RequestSlots(OtherNode, waited) }
            .Select(slots => Task.Run(async () =>
            {
                for (var i = 0; i < 3; i++)
                {
                    await using var turn = await slots.TakeAsync("arxiv", Pause, Stop);
                    lock (starts)
                    {
                        starts.Add(waited.GetUtcNow());
                    }
                }
            }, Stop)).ToArray();
        await LetPassAsync(nodes);
        await Task.WhenAll(nodes);

        Assert.Equal(6, starts.Count);
        Assert.All(starts.Zip(starts.Skip(1)), pair => Assert.True(pair.Second - pair.First >= Pause, $"{pair}"));
    }

    [Fact]
    public async Task NobodyAsksWhileAnotherWaitsForAnAnswer()
    {
        var slots = new RequestSlots(Database, waited);
        var first = await slots.TakeAsync("arxiv", Pause, Stop);
        var second = slots.TakeAsync("arxiv", Pause, Stop);

        await LetPassAsync([second], TimeSpan.FromSeconds(30));
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();
        await LetPassAsync([second]);
        await (await second).DisposeAsync();
    }

    [Fact]
    public async Task ANodeThatDiesInItsTurnHoldsTheOthersUpForAMinute()
    {
        var slots = new RequestSlots(Database, waited);
        _ = await slots.TakeAsync("arxiv", Pause, Stop);

        await LetPassAsync([slots.TakeAsync("arxiv", Pause, Stop)]);

        Assert.InRange((waited.GetUtcNow() - Morning).TotalSeconds, 60, 62);
    }

    [Fact]
    public async Task ServicesDoNotWaitForEachOther()
    {
        var slots = new RequestSlots(Database, waited);
        await using var one = await slots.TakeAsync("arxiv", Pause, Stop);
        await using var other = await slots.TakeAsync("another", Pause, Stop);

        Assert.Equal(Morning, waited.GetUtcNow());
    }

    /// <summary>Lets time pass in half seconds, each only once all who have not ended wait for it.</summary>
    private async Task LetPassAsync(Task[] nodes, TimeSpan? atMost = null)
    {
        for (var i = 0; i < (atMost ?? TimeSpan.FromMinutes(2)).TotalSeconds * 2; i++)
        {
            while (waited.Waiting != nodes.Count(node => !node.IsCompleted))
            {
                Stop.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            if (nodes.All(node => node.IsCompleted))
            {
                break;
            }

            waited.Advance(TimeSpan.FromSeconds(0.5));
        }
    }
}

public sealed class RequestSlotsOnSqlite() : RequestSlotsTests(new SqliteFixture());

public sealed class RequestSlotsOnPostgreSql() : RequestSlotsTests(new PostgreSqlFixture());
