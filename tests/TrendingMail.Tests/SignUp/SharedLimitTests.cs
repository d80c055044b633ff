using System.Threading.RateLimiting;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;
using TrendingMail.Tests.Subscribers;

namespace TrendingMail.Tests.SignUp;

/// <summary>One limit, two nodes.</summary>
public abstract class SharedLimitTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private readonly SharedLimit limit = new("test", 10, TimeSpan.FromHours(1));
    private readonly KeyRing keys = TestKeys.Ring(1, 2);

    [Fact]
    public async Task TwoNodesShareOneBudget()
    {
        using var here = Node(Database);
        using var there = Node(OtherNode);
        var acquired = 0;
        for (var i = 0; i < 20; i++)
        {
            acquired += await IsFreeAsync(i % 3 == 0 ? here : there, "a") ? 1 : 0;
        }

        Assert.Equal(10, acquired);
        Assert.True(await IsFreeAsync(here, "b"));
    }

    [Fact]
    public async Task WhoAsksAtOnceGetsNoMoreThanThereIs()
    {
        using var here = Node(Database);
        using var there = Node(OtherNode);

        var free = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => IsFreeAsync(i % 2 == 0 ? here : there, "a"))));

        Assert.Equal(10, free.Count(isFree => isFree));
    }

    [Fact]
    public async Task TheWholeBudgetIsThereAtOnceAndAgainAnHourLater()
    {
        using var node = Node(Database);
        Assert.Equal(10, await CountFreeAsync(node, 12));
        Clock.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal(0, await CountFreeAsync(node, 12));
        Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(10, await CountFreeAsync(node, 12));
    }

    [Fact]
    public async Task WhoIsRefusedIsToldWhenThereIsAPermitAgain()
    {
        using var node = Node(Database);
        await CountFreeAsync(node, 4);
        Clock.Advance(TimeSpan.FromMinutes(20));
        await CountFreeAsync(node, 6);

        using var refused = await node.AcquireAsync("a", 1, Stop);

        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out var wait));
        Assert.Equal(TimeSpan.FromMinutes(40), wait);
        Clock.Advance(wait - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await CountFreeAsync(node, 1));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4, await CountFreeAsync(node, 9));
    }

    [Fact]
    public async Task AFloodOfRefusedRequestsCostsTheDatabaseNothing()
    {
        using var node = Node(Database);
        await CountFreeAsync(node, 11);
        await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM rate_limits"), Stop);

        Assert.Equal(0, await CountFreeAsync(node, 1000));
        Assert.Equal(0, await CountAsync("rate_limits"));
    }

    [Fact]
    public async Task ABusyNodeTakesAnEighthAheadAndNoMore()
    {
        var busy = limit with { Permits = 200, IsTakenAhead = true };
        using var here = Node(Database, busy);
        using var there = Node(OtherNode, busy);
        Assert.Equal(80, await CountFreeAsync(here, 80));

        var left = await CountFreeAsync(there, 300);

        Assert.InRange(left, 120 - (80 / 8), 119);
        Assert.InRange(80 + left + await CountFreeAsync(here, 300), 190, 200);
    }

    [Fact]
    public async Task AtTheSignUpEachPermitIsAskedFor()
    {
        using var node = Node(Database, limit with { Permits = 200 });
        await CountFreeAsync(node, 80);

        Assert.Equal(80, await TakenAsync());
    }

    [Fact]
    public async Task WhatWasTakenAheadEndsAsTheWindowSlidesOn()
    {
        var busy = limit with { Permits = 200, IsTakenAhead = true };
        using var node = Node(Database, busy);
        await CountFreeAsync(node, 80);
        var taken = await TakenAsync();
        Assert.True(taken > 80);

        Clock.Advance(TimeSpan.FromMinutes(5));
        await CountFreeAsync(node, 1);

        Assert.Equal(taken + 1, await TakenAsync());
    }

    [Fact]
    public async Task NobodyIsKnownByWhatIsKeptAndItIsForgotten()
    {
        var limits = new TargetLimits(new SecurityOptions(), new LimitBook(Database, keys, Clock));
        using (await limits.TakeAsync(Address("ada@shop.example"), Stop))
        {
            var rows = await Database.ReadAsync(session => session.QueryAsync<string>(
                "SELECT key || ' ' || taken FROM rate_limits"), Stop);
            Assert.Equal(2, rows.Count);
            Assert.All(rows, row => Assert.Matches("^[0-9a-f]{32} \\[1\\]$", row));
        }

        Clock.Advance(TimeSpan.FromMinutes(61));
        using (await limits.TakeAsync(Address("bo@other.example"), Stop))
        {
            Assert.Equal(2, await CountAsync("rate_limits"));
        }

        limits.Dispose();
    }

    [Fact]
    public async Task ARotationOfTheKeysBeginsNoNewWindow()
    {
        using var before = Node(Database);
        await CountFreeAsync(before, 10);

        using var after = PartitionedRateLimiter.Create<string, string>(
            key => new LimitBook(OtherNode, TestKeys.Ring(1, 2, 3), Clock).PartOf(limit, key));

        Assert.Equal(0, await CountFreeAsync(after, 1));
    }

    [Fact]
    public async Task InATransactionTheSameBudgetHolds()
    {
        using var limits = new TargetLimits(
            new SecurityOptions { RateLimits = new RateLimitOptions { SignUpsPerDomain = 2 } }, new LimitBook(OtherNode, keys, Clock));
        Assert.True(await InTransactionAsync(limits, "ada@shop.example"));
        Assert.True((await limits.TakeAsync(Address("bo@shop.example"), Stop)).IsAcquired);

        Assert.False(await InTransactionAsync(limits, "cy@shop.example"));
        Assert.False((await limits.TakeAsync(Address("di@shop.example"), Stop)).IsAcquired);
    }

    private Task<bool> InTransactionAsync(TargetLimits limits, string address) => Database.WriteAsync(async session =>
    {
        using var lease = await limits.TakeAsync(session, Address(address));
        return lease.IsAcquired;
    }, Stop);

    private PartitionedRateLimiter<string> Node(Database database, SharedLimit? other = null)
    {
        var book = new LimitBook(database, keys, Clock);
        return PartitionedRateLimiter.Create<string, string>(key => book.PartOf(other ?? limit, key));
    }

    private static async Task<bool> IsFreeAsync(PartitionedRateLimiter<string> node, string key)
    {
        using var lease = await node.AcquireAsync(key, 1, Stop);
        return lease.IsAcquired;
    }

    private static async Task<int> CountFreeAsync(PartitionedRateLimiter<string> node, int times)
    {
        var free = 0;
        for (var i = 0; i < times; i++)
        {
            free += await IsFreeAsync(node, "a") ? 1 : 0;
        }

        return free;
    }

    private async Task<int> TakenAsync()
    {
        var taken = await Database.ReadAsync(session => session.SingleAsync<string>("SELECT taken FROM rate_limits"), Stop);
        return LimitWindow.Read(0, taken).Taken.Sum();
    }
}

public sealed class SharedLimitOnSqlite() : SharedLimitTests(new SqliteFixture());

public sealed class SharedLimitOnPostgreSql() : SharedLimitTests(new PostgreSqlFixture());
