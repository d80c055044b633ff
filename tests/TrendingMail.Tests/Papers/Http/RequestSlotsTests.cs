using TrendingMail.Papers.Http;
using TrendingMail.Storage;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Http;

public abstract class RequestSlotsTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly DatabaseFixture fixture = fixture;

    [Fact]
    public async Task TwoNodesTogetherKeepThePause()
    {
        using var otherDatabase = new Database(fixture.Dialect);
        var starts = new List<DateTimeOffset>();
        var nodes = new[] { new RequestSlots(Database, Clock), new RequestSlots(otherDatabase, Clock) }
            .Select(slots => Task.Run(async () =>
            {
                for (var i = 0; i < 3; i++)
                {
                    await using var turn = await slots.TakeAsync("arxiv", Pause, Stop);
                    lock (starts)
                    {
                        starts.Add(Clock.GetUtcNow());
                    }
                }
            }, Stop)).ToArray();
        await LetPassAsync(Task.WhenAll(nodes));

        Assert.Equal(6, starts.Count);
        Assert.All(starts.Zip(starts.Skip(1)), pair => Assert.True(pair.Second - pair.First >= Pause, $"{pair}"));
    }

    [Fact]
    public async Task NobodyAsksWhileAnotherWaitsForAnAnswer()
    {
        var slots = new RequestSlots(Database, Clock);
        var first = await slots.TakeAsync("arxiv", Pause, Stop);
        var second = slots.TakeAsync("arxiv", Pause, Stop);

        await LetPassAsync(second, TimeSpan.FromSeconds(30));
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();
        await LetPassAsync(second);
        await (await second).DisposeAsync();
    }

    [Fact]
    public async Task ANodeThatDiesInItsTurnHoldsTheOthersUpForAMinute()
    {
        var slots = new RequestSlots(Database, Clock);
        _ = await slots.TakeAsync("arxiv", Pause, Stop);

        await LetPassAsync(slots.TakeAsync("arxiv", Pause, Stop));

        Assert.InRange((Clock.GetUtcNow() - Morning).TotalSeconds, 60, 62);
    }

    [Fact]
    public async Task ServicesDoNotWaitForEachOther()
    {
        var slots = new RequestSlots(Database, Clock);
        await using var one = await slots.TakeAsync("arxiv", Pause, Stop);
        await using var other = await slots.TakeAsync("another", Pause, Stop);

        Assert.Equal(Morning, Clock.GetUtcNow());
    }

    /// <summary>Lets time pass in half seconds, each only once the work had a while to come to a wait.</summary>
    private async Task LetPassAsync(Task work, TimeSpan? atMost = null)
    {
        for (var i = 0; i < (atMost ?? TimeSpan.FromMinutes(2)).TotalSeconds * 2 && !work.IsCompleted; i++)
        {
            await Task.WhenAny(work, Task.Delay(20, Stop));
            if (!work.IsCompleted)
            {
                Clock.Advance(TimeSpan.FromSeconds(0.5));
            }
        }
    }
}

public sealed class RequestSlotsOnSqlite() : RequestSlotsTests(new SqliteFixture());
