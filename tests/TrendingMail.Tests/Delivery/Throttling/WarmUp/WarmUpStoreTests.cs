using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Storage;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Throttling.WarmUp;

/// <summary>Permits that nodes take in blocks from caps that they share.</summary>
public abstract class WarmUpStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const string Domain = "example.org";

    private readonly WarmUpOptions options = new() { FirstDay = Today, Start = 40, DomainStart = 40 };

    [Fact]
    public async Task TwoNodesTogetherSendNoMoreThanTheCap()
    {
        using var here = Node(Database);
        using var there = Node(OtherNode);

        var taken = await Task.WhenAll(TakeAllAsync(here), TakeAllAsync(there));

        Assert.Equal(36, taken.Sum());
        Assert.Equal(36, (await TotalAsync()).Digests);
    }

    [Fact]
    public async Task PermitsThatANodeGivesBackServeTheOther()
    {
        using var here = Node(Database);
        using var there = Node(OtherNode);
        await TakeAsync(here, 5);
        Assert.Equal(29, await TakeAllAsync(there));

        await GiveBackUnusedAsync(here);
        Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(2, await TakeAllAsync(there));
        Assert.Equal(36, (await TotalAsync()).Digests);
    }

    [Fact]
    public async Task ANodeThatDiesWastesItsPermitsAndNeverExceedsTheCap()
    {
        using var dead = Node(Database);
        await TakeAsync(dead, 5);

        using var restarted = Node(Database);
        var taken = await TakeAllAsync(restarted);

        Assert.Equal(29, taken);
        Assert.True(5 + taken <= 36);
    }

    [Fact]
    public async Task ARestartContinuesTheDay()
    {
        using (var before = Node(Database))
        {
            await TakeAsync(before, 30);
            await GiveBackUnusedAsync(before);
        }

        using var after = Node(Database);
        Assert.Equal(6, await TakeAllAsync(after));
        Assert.Equal(4, await TakeAllAsync(after, MessageClass.Notice));
    }

    [Fact]
    public async Task APermitThatIsGivenBackIsUsedAgain()
    {
        using var node = Node(Database);
        await TakeAllAsync(node);

        node.GiveBack(new WarmUpPermit("mx1:25", Today, Domain, MessageClass.Digest));

        Assert.Equal(1, await TakeAllAsync(node));
    }

    [Fact]
    public async Task EachDomainHasACapOfItsOwn()
    {
        using var node = Node(Database, options with { DomainStart = 5 });

        Assert.Equal(4, await TakeAllAsync(node));
        var denial = await node.TakeAsync(Today, Domain, MessageClass.Digest);
        Assert.Equal(
            "the warm-up of mx1:25: cap of 5 to example.org for 2026-11-23 is used up, but for 1 kept for notices",
            denial?.ToString());
        Assert.Null(await node.TakeAsync(Today, "example.net", MessageClass.Digest));
        Assert.Null(await node.TakeAsync(Today, Domain, MessageClass.Notice));
    }

    [Fact]
    public async Task TheNextDayHasACapOfItsOwn()
    {
        using var node = Node(Database);
        await TakeAllAsync(node);

        Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(54, await TakeAllAsync(node, day: Today.AddDays(1)));
    }

    [Fact]
    public async Task ALargeDomainRarelyAsksTheDatabase()
    {
        using var node = Node(Database, options with { Start = 1000, DomainStart = 1000 });
        await TakeAsync(node, 31);
        var asked = (await TotalAsync()).Digests;

        await TakeAsync(node, 16);

        Assert.Equal((31, 47), (asked, (await TotalAsync()).Digests));
    }

    [Fact]
    public async Task CountsAreKeptForSomeMonths()
    {
        using var node = Node(Database, options with { Days = 365 });
        await TakeAsync(node, 1);

        Clock.Advance(TimeSpan.FromDays(91));
        Assert.Null(await node.TakeAsync(Today.AddDays(91), Domain, MessageClass.Digest));

        Assert.Empty(await WarmUpStore.ListAsync(Today, Stop));
    }

    private ServerPermits Node(Database database, WarmUpOptions? other = null) => new(
        new WarmUpPlan("mx1:25", other ?? options), new WarmUpStore(database, Clock), Clock);

    private async Task<WarmUpUsage> TotalAsync() =>
        (await WarmUpStore.ListAsync(Today, Stop)).Single(row => row.Domain.Length == 0);

    private static async Task TakeAsync(ServerPermits node, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Null(await node.TakeAsync(Today, Domain, MessageClass.Digest));
        }
    }

    private static async Task<int> TakeAllAsync(
        ServerPermits node, MessageClass messageClass = MessageClass.Digest, DateOnly? day = null)
    {
        var taken = 0;
        while (await node.TakeAsync(day ?? Today, Domain, messageClass) is null)
        {
            taken++;
        }

        return taken;
    }

    private async Task GiveBackUnusedAsync(ServerPermits node)
    {
        var (day, unused) = node.TakeUnused();
        await WarmUpStore.AddAsync("mx1:25", day, unused, Stop);
    }
}

public sealed class WarmUpStoreOnSqlite() : WarmUpStoreTests(new SqliteFixture());

public sealed class WarmUpStoreOnPostgreSql() : WarmUpStoreTests(new PostgreSqlFixture());
