using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

/// <summary>How fast domains get mail, from one node and from two together.</summary>
public abstract class DomainPacesTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const string Slow = "slow.example";

    private DateTimeOffset Now => Clock.GetUtcNow();

    [Fact]
    public async Task NothingHoldsADomainBackThatTakesItsMail()
    {
        var paces = Node();
        await paces.AcceptedAsync("fast.example", "250 ok");

        for (var i = 0; i < 1000; i++)
        {
            var turn = paces.TurnAsync("fast.example", Stop);
            Assert.True(turn.IsCompletedSuccessfully);
            Assert.Null(await turn);
        }

        Assert.Equal(0, await CountAsync("turns"));
    }

    [Fact]
    public async Task ADomainThatDefersSlowsDownAlone()
    {
        var paces = Node();

        Assert.True(await DeferAsync(paces));

        Assert.Equal(2, paces.RateOf(Slow));
        Assert.Equal([null, null, Now.AddSeconds(1), Now.AddSeconds(1), Now.AddSeconds(2)], await TurnsAsync(paces, "Slow.example", 5));
        Assert.Null(await paces.TurnAsync("fast.example", Stop));
    }

    [Fact]
    public async Task WhoIsPutOffFindsTheTurnThatItWasGiven()
    {
        var paces = Node();
        await DeferAsync(paces);
        await TurnsAsync(paces, Slow, 5);

        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([null, null, Now.AddSeconds(1)], await TurnsAsync(paces, Slow, 3));
    }

    [Fact]
    public async Task TurnsThatNobodyWantedAreNotMadeUpFor()
    {
        var paces = Node();
        await DeferAsync(paces);
        await TurnsAsync(paces, Slow, 1);

        Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal([null, null, Now.AddSeconds(1)], await TurnsAsync(paces, Slow, 3));
    }

    [Fact]
    public async Task WhoseTurnIsFarAwayAsksAgainWithinAQuarterOfAnHour()
    {
        var paces = Node(new DomainOptions { Domain = Slow, MaxPerMinute = 1 });

        var turns = await TurnsAsync(paces, Slow, 100);

        Assert.Equal([null, .. Enumerable.Range(1, 15).Select(minute => (DateTimeOffset?)Now.AddMinutes(minute))], turns.Take(16));
        Assert.All(turns.Skip(16), turn => Assert.InRange(turn!.Value, Now.AddMinutes(7), Now.AddMinutes(15)));
    }

    [Fact]
    public async Task ABurstOfDeferralsIsOneSign()
    {
        var paces = new[] { Node(), Node(OtherNode) };
        var isChanged = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => DeferAsync(paces[i % 2]))));

        Assert.Single(isChanged, true);
        Assert.Equal((2, 2), (paces[0].RateOf(Slow), paces[1].RateOf(Slow)));
    }

    [Fact]
    public async Task EachFurtherSignHalvesThePaceButNeverToNothing()
    {
        var paces = Node();
        var rates = new List<double?>();
        for (var i = 0; i < 6; i++)
        {
            await DeferAsync(paces);
            rates.Add(paces.RateOf(Slow));
            Clock.Advance(DomainBook.Period);
        }

        Assert.Equal([2, 1, 0.5, 0.25, 0.2, 0.2], rates);
    }

    [Fact]
    public async Task ItSpeedsUpByStepsUntilItIsFree()
    {
        var paces = Node();
        await DeferAsync(paces);
        var steps = 0;
        while (paces.RateOf(Slow) is not null)
        {
            Clock.Advance(DomainBook.Period);
            Assert.True(await paces.AcceptedAsync(Slow, "250 ok"));
            Assert.False(await paces.AcceptedAsync(Slow, "250 ok"));
            steps++;
        }

        Assert.Equal(36, steps);
        Assert.Null(await paces.TurnAsync(Slow, Stop));
        Assert.Equal(0, await CountAsync("held_domains"));
    }

    [Fact]
    public async Task ALimitOfTheSettingsIsNeverPassed()
    {
        var paces = Node(new DomainOptions { Domain = Slow, MaxPerMinute = 60 });
        await DeferAsync(paces);
        Assert.Equal(0.5, paces.RateOf(Slow));
        for (var i = 0; i < 10; i++)
        {
            Clock.Advance(DomainBook.Period);
            await paces.AcceptedAsync(Slow, "250 ok");
        }

        Assert.Equal(1, paces.RateOf(Slow));
        Assert.Equal([null, Now.AddSeconds(1)], await TurnsAsync(paces, Slow, 2));
    }

    [Fact]
    public async Task TwoNodesShareOnePace()
    {
        var limit = new DomainOptions { Domain = Slow, MaxPerMinute = 300 };
        var paces = new[] { Node(Database, limit), Node(OtherNode, limit) };
        var (left, ofSecond) = (0, 0);
        for (var quarter = 0; quarter < 240; quarter++)
        {
            for (var i = 0; i < 8; i++)
            {
                var node = ((quarter / 4) + i) % 2;
                if (await paces[node].TurnAsync(Slow, Stop) is null)
                {
                    left++;
                    ofSecond += node;
                }
            }

            Clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.Equal(300, left);
        Assert.InRange(ofSecond, 1, 299);
    }

    [Fact]
    public async Task WhatOneNodeDecidesSlowsTheOtherDown()
    {
        var (here, there) = (Node(), Node(OtherNode));
        await DeferAsync(here);
        Clock.Advance(TimeSpan.FromSeconds(3));
        await TakeUpAsync(there);
        Assert.Equal(2, there.RateOf(Slow));

        // Within the period neither decides again.
        Assert.False(await DeferAsync(there));
        Clock.Advance(DomainBook.Period);
        Assert.True(await DeferAsync(there));
        await TakeUpAsync(here);

        Assert.Equal((1, 1), (here.RateOf(Slow), there.RateOf(Slow)));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single((DateTimeOffset?[])[.. await TurnsAsync(here, Slow, 2), .. await TurnsAsync(there, Slow, 2)], turn => turn is null);
    }

    [Fact]
    public async Task WhatOneNodeFindsFreeIsFreeForTheOther()
    {
        var (here, there) = (Node(), Node(OtherNode));
        await DeferAsync(here);
        Clock.Advance(TimeSpan.FromSeconds(3));
        await TakeUpAsync(there);
        while (here.RateOf(Slow) is not null)
        {
            Clock.Advance(DomainBook.Period);
            await here.AcceptedAsync(Slow, "250 ok");
        }

        Assert.Equal(2, there.RateOf(Slow));
        await TakeUpAsync(there);

        Assert.Null(there.RateOf(Slow));
    }

    [Fact]
    public async Task WhatWasReadBeforeADecisionOfOnesOwnDoesNotUndoIt()
    {
        var paces = Node();
        var readAt = Clock.GetTimestamp();
        var held = await new DomainBook(Database, Clock).HeldAsync(Stop);
        await DeferAsync(paces);

        paces.TakeUp(held, readAt);

        Assert.Equal(2, paces.RateOf(Slow));
    }

    private DomainPaces Node(params DomainOptions[] limits) => Node(Database, limits);

    private DomainPaces Node(Database database, params DomainOptions[] limits) => new(limits, new DomainBook(database, Clock), Clock);

    private static Task<bool> DeferAsync(DomainPaces paces) => paces.DeferredAsync(Slow, "451 4.7.1 too fast").AsTask();

    private async Task TakeUpAsync(DomainPaces paces)
    {
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        paces.TakeUp(await new DomainBook(Database, Clock).HeldAsync(Stop), Clock.GetTimestamp());
    }

    private static async Task<DateTimeOffset?[]> TurnsAsync(DomainPaces paces, string domain, int count)
    {
        var turns = new DateTimeOffset?[count];
        for (var i = 0; i < count; i++)
        {
            turns[i] = await paces.TurnAsync(domain, Stop);
        }

        return turns;
    }
}

public sealed class DomainPacesOnSqlite() : DomainPacesTests(new SqliteFixture());

public sealed class DomainPacesOnPostgreSql() : DomainPacesTests(new PostgreSqlFixture());
