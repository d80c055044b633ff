using System.Threading.RateLimiting;
using TrendingMail.Links;
using TrendingMail.SignUp.Abuse;
using TrendingMail.SignUp.Abuse.Limiting;
using TrendingMail.Storage;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp.Abuse.Limiting;

/// <summary>One rate limit shared by two nodes.</summary>
public abstract class RateLimitStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private readonly RateLimitPolicy policy = new("test", 10, TimeSpan.FromHours(1));
    private readonly KeyRing keys = TestKeys.Ring(1, 2);

    [Fact]
    public async Task TwoNodesShareOneLimit()
    {
        using var here = Node(Database);
        using var there = Node(OtherNode);
        var acquired = 0;
        for (var i = 0; i < 20; i++)
        {
            acquired += await TryAcquireAsync(i % 3 == 0 ? here : there, "a") ? 1 : 0;
        }

        Assert.Equal(10, acquired);
        Assert.True(await TryAcquireAsync(here, "b"));
    }

    [Fact]
    public async Task ConcurrentRequestsGetNoMoreThanTheLimit()
    {
        using var here = Node(Database);
        using var there = Node(OtherNode);

        var acquired = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => Task.Run(() => TryAcquireAsync(i % 2 == 0 ? here : there, "a"))));

        Assert.Equal(10, acquired.Count(isAcquired => isAcquired));
    }

    [Fact]
    public async Task TheFullLimitIsAvailableAtOnceAndAgainAnHourLater()
    {
        using var node = Node(Database);
        Assert.Equal(10, await CountAcquiredAsync(node, 12));
        Clock.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal(0, await CountAcquiredAsync(node, 12));
        Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(10, await CountAcquiredAsync(node, 12));
    }

    [Fact]
    public async Task ARejectedLeaseSaysWhenToRetry()
    {
        using var node = Node(Database);
        await CountAcquiredAsync(node, 4);
        Clock.Advance(TimeSpan.FromMinutes(20));
        await CountAcquiredAsync(node, 6);

        using var rejected = await node.AcquireAsync("a", 1, Stop);

        Assert.True(rejected.TryGetMetadata(MetadataName.RetryAfter, out var wait));
        Assert.Equal(TimeSpan.FromMinutes(40), wait);
        Clock.Advance(wait - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await CountAcquiredAsync(node, 1));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4, await CountAcquiredAsync(node, 9));
    }

    [Fact]
    public async Task AFloodOfRejectedRequestsDoesNotReachTheDatabase()
    {
        using var node = Node(Database);
        await CountAcquiredAsync(node, 11);
        await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM rate_limits"), Stop);

        Assert.Equal(0, await CountAcquiredAsync(node, 1000));
        Assert.Equal(0, await CountAsync("rate_limits"));
    }

    [Fact]
    public async Task ABusyNodePrefetchesAtMostAnEighth()
    {
        var busy = policy with { Permits = 200, AllowsPrefetch = true };
        using var here = Node(Database, busy);
        using var there = Node(OtherNode, busy);
        Assert.Equal(80, await CountAcquiredAsync(here, 80));

        var left = await CountAcquiredAsync(there, 300);

        Assert.InRange(left, 120 - (80 / 8), 119);
        Assert.InRange(80 + left + await CountAcquiredAsync(here, 300), 190, 200);
    }

    [Fact]
    public async Task WithoutPrefetchEachPermitIsAcquiredFromTheStore()
    {
        using var node = Node(Database, policy with { Permits = 200 });
        await CountAcquiredAsync(node, 80);

        Assert.Equal(80, await StoredCountAsync());
    }

    [Fact]
    public async Task PrefetchedPermitsExpireWhenTheWindowSlides()
    {
        var busy = policy with { Permits = 200, AllowsPrefetch = true };
        using var node = Node(Database, busy);
        await CountAcquiredAsync(node, 80);
        var taken = await StoredCountAsync();
        Assert.True(taken > 80);

        Clock.Advance(TimeSpan.FromMinutes(5));
        await CountAcquiredAsync(node, 1);

        Assert.Equal(taken + 1, await StoredCountAsync());
    }

    [Fact]
    public async Task OnlyHashesAreStoredAndExpiredRowsAreDeleted()
    {
        var limits = new AddressRateLimits(new SecurityOptions(), new RateLimitStore(Database, keys, Clock));
        using (await limits.AcquireAsync(Address("ada@shop.example"), Stop))
        {
            var rows = await Database.ReadAsync(session => session.QueryAsync<string>(
                "SELECT key || ' ' || counts FROM rate_limits"), Stop);
            Assert.Matches("^[0-9a-f]{32} \\[1\\]$", Assert.Single(rows));
        }

        Clock.Advance(TimeSpan.FromMinutes(61));
        using (await limits.AcquireAsync(Address("bo@other.example"), Stop))
        {
            Assert.Equal(1, await CountAsync("rate_limits"));
        }

        limits.Dispose();
    }

    [Fact]
    public async Task AKeyRotationDoesNotResetTheWindow()
    {
        using var before = Node(Database);
        await CountAcquiredAsync(before, 10);

        using var after = PartitionedRateLimiter.Create<string, string>(
            key => new RateLimitStore(OtherNode, TestKeys.Ring(1, 2, 3), Clock).CreatePartition(policy, key));

        Assert.Equal(0, await CountAcquiredAsync(after, 1));
    }

    [Fact]
    public async Task TheSameLimitAppliesInATransaction()
    {
        using var limits = new AddressRateLimits(
            new SecurityOptions { RateLimits = new RateLimitOptions { SignUpsPerAddress = 2 } },
            new RateLimitStore(OtherNode, keys, Clock));
        Assert.True(await InTransactionAsync(limits, "ada@shop.example"));
        Assert.True((await limits.AcquireAsync(Address("ada+1@shop.example"), Stop)).IsAcquired);

        Assert.False(await InTransactionAsync(limits, "ada+2@shop.example"));
        Assert.False((await limits.AcquireAsync(Address("ada+3@shop.example"), Stop)).IsAcquired);
    }

    private Task<bool> InTransactionAsync(AddressRateLimits limits, string address) =>
        Database.WriteAsync(async session =>
    {
        using var lease = await limits.AcquireAsync(session, Address(address));
        return lease.IsAcquired;
    }, Stop);

    private PartitionedRateLimiter<string> Node(Database database, RateLimitPolicy? other = null)
    {
        var store = new RateLimitStore(database, keys, Clock);
        return PartitionedRateLimiter.Create<string, string>(key => store.CreatePartition(other ?? policy, key));
    }

    private static async Task<bool> TryAcquireAsync(PartitionedRateLimiter<string> node, string key)
    {
        using var lease = await node.AcquireAsync(key, 1, Stop);
        return lease.IsAcquired;
    }

    private static async Task<int> CountAcquiredAsync(PartitionedRateLimiter<string> node, int times)
    {
        var acquired = 0;
        for (var i = 0; i < times; i++)
        {
            acquired += await TryAcquireAsync(node, "a") ? 1 : 0;
        }

        return acquired;
    }

    private async Task<int> StoredCountAsync()
    {
        var taken = await Database.ReadAsync(
            session => session.SingleAsync<string>("SELECT counts FROM rate_limits"), Stop);
        return SlidingWindow.Parse(0, taken).Counts.Sum();
    }
}

public sealed class RateLimitStoreOnSqlite() : RateLimitStoreTests(new SqliteFixture());

public sealed class RateLimitStoreOnPostgreSql() : RateLimitStoreTests(new PostgreSqlFixture());
