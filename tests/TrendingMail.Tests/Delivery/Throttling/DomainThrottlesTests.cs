using TrendingMail.Delivery;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Storage;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Throttling;

/// <summary>Throttling of recipient domains by one node and by two nodes together.</summary>
public abstract class DomainThrottlesTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const string Slow = "slow.example";

    private DateTimeOffset Now => Clock.GetUtcNow();

    [Fact]
    public async Task ADomainThatAcceptsItsMailIsNotThrottled()
    {
        var throttles = CreateThrottles();
        await throttles.RecordAcceptedAsync("fast.example", "250 ok");

        for (var i = 0; i < 1000; i++)
        {
            var slot = throttles.ReserveAsync("fast.example", Stop);
            Assert.True(slot.IsCompletedSuccessfully);
            Assert.Null(await slot);
        }

        Assert.Equal(0, await CountAsync("rate_limit_slots"));
    }

    [Fact]
    public async Task ADeferringDomainIsThrottledAlone()
    {
        var throttles = CreateThrottles();

        Assert.True(await DeferAsync(throttles));

        Assert.Equal(2, throttles.GetRate(Slow));
        Assert.Equal([null, null, Now.AddSeconds(1), Now.AddSeconds(1), Now.AddSeconds(2)],
            await ReserveAsync(throttles, "Slow.example", 5));
        Assert.Null(await throttles.ReserveAsync("fast.example", Stop));
    }

    [Fact]
    public async Task APostponedMessageCanBeSentInItsSlot()
    {
        var throttles = CreateThrottles();
        await DeferAsync(throttles);
        await ReserveAsync(throttles, Slow, 5);

        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([null, null, Now.AddSeconds(1)], await ReserveAsync(throttles, Slow, 3));
    }

    [Fact]
    public async Task UnusedPermitsDoNotAccumulate()
    {
        var throttles = CreateThrottles();
        await DeferAsync(throttles);
        await ReserveAsync(throttles, Slow, 1);

        Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal([null, null, Now.AddSeconds(1)], await ReserveAsync(throttles, Slow, 3));
    }

    [Fact]
    public async Task AMessageIsPostponedByAtMostFifteenMinutes()
    {
        var throttles = CreateThrottles(new DomainOptions { Domain = Slow, MaxPerMinute = 1 });

        var slots = await ReserveAsync(throttles, Slow, 100);

        Assert.Equal([null, .. Enumerable.Range(1, 15).Select(minute => (DateTimeOffset?)Now.AddMinutes(minute))],
            slots.Take(16));
        Assert.All(slots.Skip(16), slot => Assert.InRange(slot!.Value, Now.AddMinutes(7), Now.AddMinutes(15)));
    }

    [Fact]
    public async Task ABurstOfDeferralsLowersTheRateOnce()
    {
        var throttles = new[] { CreateThrottles(), CreateThrottles(OtherNode) };
        var isChanged = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => Task.Run(() => DeferAsync(throttles[i % 2]))));

        Assert.Single(isChanged, true);
        Assert.Equal((2, 2), (throttles[0].GetRate(Slow), throttles[1].GetRate(Slow)));
    }

    [Fact]
    public async Task EachFurtherDeferralHalvesTheRateDownToAMinimum()
    {
        var throttles = CreateThrottles();
        var rates = new List<double?>();
        for (var i = 0; i < 6; i++)
        {
            await DeferAsync(throttles);
            rates.Add(throttles.GetRate(Slow));
            Clock.Advance(DomainThrottleStore.DecisionInterval);
        }

        Assert.Equal([2, 1, 0.5, 0.25, 0.2, 0.2], rates);
    }

    [Fact]
    public async Task TheRateRisesByStepsUntilTheThrottleIsRemoved()
    {
        var throttles = CreateThrottles();
        await DeferAsync(throttles);
        var steps = 0;
        while (throttles.GetRate(Slow) is not null)
        {
            Clock.Advance(DomainThrottleStore.DecisionInterval);
            Assert.True(await throttles.RecordAcceptedAsync(Slow, "250 ok"));
            Assert.False(await throttles.RecordAcceptedAsync(Slow, "250 ok"));
            steps++;
        }

        Assert.Equal(36, steps);
        Assert.Null(await throttles.ReserveAsync(Slow, Stop));
        Assert.Equal(0, await CountAsync("throttled_domains"));
    }

    [Fact]
    public async Task AConfiguredLimitIsNeverExceeded()
    {
        var throttles = CreateThrottles(new DomainOptions { Domain = Slow, MaxPerMinute = 60 });
        await DeferAsync(throttles);
        Assert.Equal(0.5, throttles.GetRate(Slow));
        for (var i = 0; i < 10; i++)
        {
            Clock.Advance(DomainThrottleStore.DecisionInterval);
            await throttles.RecordAcceptedAsync(Slow, "250 ok");
        }

        Assert.Equal(1, throttles.GetRate(Slow));
        Assert.Equal([null, Now.AddSeconds(1)], await ReserveAsync(throttles, Slow, 2));
    }

    [Fact]
    public async Task TwoNodesShareOneRate()
    {
        var limit = new DomainOptions { Domain = Slow, MaxPerMinute = 300 };
        var throttles = new[] { CreateThrottles(Database, limit), CreateThrottles(OtherNode, limit) };
        var (sent, sentBySecond) = (0, 0);
        for (var quarter = 0; quarter < 240; quarter++)
        {
            for (var i = 0; i < 8; i++)
            {
                var node = ((quarter / 4) + i) % 2;
                if (await throttles[node].ReserveAsync(Slow, Stop) is null)
                {
                    sent++;
                    sentBySecond += node;
                }
            }

            Clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.Equal(300, sent);
        Assert.InRange(sentBySecond, 1, 299);
    }

    [Fact]
    public async Task ARateDecidedOnOneNodeAppliesToTheOther()
    {
        var (here, there) = (CreateThrottles(), CreateThrottles(OtherNode));
        await DeferAsync(here);
        Clock.Advance(TimeSpan.FromSeconds(3));
        await RefreshAsync(there);
        Assert.Equal(2, there.GetRate(Slow));

        // Within the decision interval neither node decides again.
        Assert.False(await DeferAsync(there));
        Clock.Advance(DomainThrottleStore.DecisionInterval);
        Assert.True(await DeferAsync(there));
        await RefreshAsync(here);

        Assert.Equal((1, 1), (here.GetRate(Slow), there.GetRate(Slow)));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single((DateTimeOffset?[])[.. await ReserveAsync(here, Slow, 2), .. await ReserveAsync(there, Slow, 2)],
            slot => slot is null);
    }

    [Fact]
    public async Task AThrottleRemovedOnOneNodeIsRemovedOnTheOther()
    {
        var (here, there) = (CreateThrottles(), CreateThrottles(OtherNode));
        await DeferAsync(here);
        Clock.Advance(TimeSpan.FromSeconds(3));
        await RefreshAsync(there);
        while (here.GetRate(Slow) is not null)
        {
            Clock.Advance(DomainThrottleStore.DecisionInterval);
            await here.RecordAcceptedAsync(Slow, "250 ok");
        }

        Assert.Equal(2, there.GetRate(Slow));
        await RefreshAsync(there);

        Assert.Null(there.GetRate(Slow));
    }

    [Fact]
    public async Task AStaleReadDoesNotUndoALocalDecision()
    {
        var throttles = CreateThrottles();
        var readAt = Clock.GetTimestamp();
        var throttled = await new DomainThrottleStore(Database, Clock).ThrottledDomainsAsync(Stop);
        await DeferAsync(throttles);

        throttles.Refresh(throttled, readAt);

        Assert.Equal(2, throttles.GetRate(Slow));
    }

    private DomainThrottles CreateThrottles(params DomainOptions[] limits) => CreateThrottles(Database, limits);

    private DomainThrottles CreateThrottles(Database database, params DomainOptions[] limits) =>
        new(limits, new DomainThrottleStore(database, Clock), Clock);

    private static Task<bool> DeferAsync(DomainThrottles throttles) =>
        throttles.RecordDeferredAsync(Slow, "451 4.7.1 too fast").AsTask();

    private async Task RefreshAsync(DomainThrottles throttles)
    {
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        throttles.Refresh(
            await new DomainThrottleStore(Database, Clock).ThrottledDomainsAsync(Stop), Clock.GetTimestamp());
    }

    private static async Task<DateTimeOffset?[]> ReserveAsync(DomainThrottles throttles, string domain, int count)
    {
        var slots = new DateTimeOffset?[count];
        for (var i = 0; i < count; i++)
        {
            slots[i] = await throttles.ReserveAsync(domain, Stop);
        }

        return slots;
    }
}

public sealed class DomainThrottlesOnSqlite() : DomainThrottlesTests(new SqliteFixture());

public sealed class DomainThrottlesOnPostgreSql() : DomainThrottlesTests(new PostgreSqlFixture());
