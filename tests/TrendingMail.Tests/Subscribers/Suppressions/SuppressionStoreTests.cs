using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Suppressions;

public abstract class SuppressionStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task ASuppressionIsPartOfTheSubscriber()
    {
        var ada = await AddSubscriberAsync("ada@example.org");

        Assert.True(await AddAsync("ADA@example.org", SuppressionReason.HardBounce, "550 5.1.1 no such user", 77));

        Assert.Equal(SuppressionReason.HardBounce, (await Subscribers.FindAsync(ada.Id, Stop))!.Suppression);
        var found = (await Suppressions.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal(("550 5.1.1 no such user", 77L, Morning), (found.Detail, found.DeliveryId, found.SuppressedAt));
    }

    [Theory]
    [InlineData(SuppressionReason.SoftBounces, SuppressionReason.HardBounce, SuppressionReason.HardBounce)]
    [InlineData(SuppressionReason.HardBounce, SuppressionReason.Complaint, SuppressionReason.Complaint)]
    [InlineData(SuppressionReason.Complaint, SuppressionReason.HardBounce, SuppressionReason.Complaint)]
    [InlineData(SuppressionReason.Complaint, SuppressionReason.Operator, SuppressionReason.Complaint)]
    [InlineData(SuppressionReason.Operator, SuppressionReason.SoftBounces, SuppressionReason.Operator)]
    public async Task TheStrongerReasonWins(SuppressionReason first, SuppressionReason then, SuppressionReason expected)
    {
        Assert.True(await AddAsync("ada@example.org", first, "the first"));

        Assert.Equal(then == expected, await AddAsync("ada@example.org", then, "then"));

        var found = (await Suppressions.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal((expected, then == expected ? "then" : "the first"), (found.Reason, found.Detail));
    }

    [Fact]
    public async Task RepeatingAReasonKeepsTheFirstSuppression()
    {
        await AddAsync("ada@example.org", SuppressionReason.HardBounce, "the first");

        Assert.False(await AddAsync("ada@example.org", SuppressionReason.HardBounce, "the second"));

        Assert.Equal("the first", (await Suppressions.FindAsync(Address("ada@example.org"), Stop))!.Detail);
    }

    [Theory]
    [InlineData(SuppressionReason.SoftBounces, null)]
    [InlineData(SuppressionReason.HardBounce, null)]
    [InlineData(SuppressionReason.Operator, SuppressionReason.Operator)]
    [InlineData(SuppressionReason.Complaint, SuppressionReason.Complaint)]
    public async Task ASubscribersConfirmationLiftsOnlyBounceSuppressions(
        SuppressionReason reason, SuppressionReason? remaining)
    {
        await AddAsync("ada@example.org", reason, null);

        Assert.Equal(remaining, await Database.WriteAsync(
            session => SuppressionStore.LiftBouncesAsync(session, "ada@example.org"), Stop));
    }

    [Fact]
    public async Task AnOperatorCanLiftAComplaint()
    {
        await AddAsync("ada@example.org", SuppressionReason.Complaint, null);

        Assert.True(await Suppressions.RemoveAsync(Address("ada@example.org"), Stop));
        Assert.False(await Suppressions.RemoveAsync(Address("ada@example.org"), Stop));
    }

    [Fact]
    public async Task SuppressionsAreListedNewestFirstInPagesAndCounted()
    {
        await AddAsync("a@example.org", SuppressionReason.Operator, null);
        await AddAsync("b@example.org", SuppressionReason.Complaint, null);
        await AddAsync("c@example.org", SuppressionReason.Complaint, null);

        var page = await Suppressions.ListAsync(null, null, 2, Stop);
        Assert.Equal(["c@example.org", "b@example.org"], page.Select(s => s.Address));
        Assert.Equal(
            ["a@example.org"], (await Suppressions.ListAsync(null, page[^1].Id, 2, Stop)).Select(s => s.Address));
        Assert.Equal(2, (await Suppressions.ListAsync(SuppressionReason.Complaint, null, 10, Stop)).Count);
        var counts = await Suppressions.CountByReasonAsync(Stop);
        Assert.Equal((2, 1, 0), (counts[SuppressionReason.Complaint], counts[SuppressionReason.Operator],
            counts[SuppressionReason.HardBounce]));
    }

    private Task<bool> AddAsync(string address, SuppressionReason reason, string? detail, long? delivery = null) =>
        Database.WriteAsync(session =>
            SuppressionStore.AddAsync(session, Address(address), reason, detail, delivery, Clock.GetUtcNow()), Stop);
}

public sealed class SuppressionStoreOnSqlite() : SuppressionStoreTests(new SqliteFixture());

public sealed class SuppressionStoreOnPostgreSql() : SuppressionStoreTests(new PostgreSqlFixture());
