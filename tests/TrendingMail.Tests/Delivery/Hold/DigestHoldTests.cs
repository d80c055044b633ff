using TrendingMail.Delivery.Hold;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Hold;

/// <summary>Digests wait for a bad finding to be corrected or released; notices do not.</summary>
public abstract class DigestHoldTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    private static readonly DigestHold Localhost = new()
    {
        Check = "public-url", Finding = "Links lead to localhost.", Remedy = "Set Site:PublicUrl.", HeldAt = Morning,
    };

    private DigestHoldStore Store => new(Database, Delivery, Clock);

    [Fact]
    public async Task NoDigestIsClaimedAndNoticesAre()
    {
        await EnqueueAsync("ada@example.org");
        var grace = await AddSubscriberAsync("grace@example.org");
        await Store.ReplaceAsync([Localhost], Stop);

        var claimed = Assert.Single(await DeliveryQueue.ClaimAsync("here/1/1", 10, Stop));

        Assert.Equal((grace.Id, "welcome"), (claimed.Subscriber.Id, claimed.Identity.Mailing.KindName));
        Assert.False(await DeliveryQueue.HasReadyAsync(Stop));
    }

    [Fact]
    public async Task ADigestThatIsAlreadyClaimedDoesNotLeave()
    {
        await EnqueueAsync("ada@example.org");
        var claimed = Assert.Single(await DeliveryQueue.ClaimAsync("here/1/1", 10, Stop));

        await Store.ReplaceAsync([Localhost], Stop);

        Assert.False(await StateWriter("here/1/1").MarkSendingAsync(claimed));
        Assert.Equal([("queued", 0)], await DeliveriesAsync());
    }

    [Fact]
    public async Task WhoeverWasDueMeanwhileGetsTheDigestWhenTheHoldEnds()
    {
        await Store.ReplaceAsync([Localhost], Stop);
        await EnqueueAsync("ada@example.org");
        Clock.Advance(TimeSpan.FromHours(30));

        await Store.ReplaceAsync([], Stop);
        var transport = ScriptedTransport.AcceptingAll();
        await CreateDispatcher(transport).DispatchAsync(null, Stop);

        Assert.Single(transport.SentIds);
        Assert.Equal([("sent", 1)], await DeliveriesAsync());
    }

    [Fact]
    public async Task NobodyGetsTheDigestsOfManyDaysWhenTheHoldEnds()
    {
        await Store.ReplaceAsync([Localhost], Stop);
        var ada = await AddSubscriberAsync("ada@example.org");
        await EnqueueAsync(ada.Id, Today);
        Clock.Advance(TimeSpan.FromHours(30));
        await EnqueueAsync(ada.Id, Today.AddDays(1));

        await Store.ReplaceAsync([], Stop);
        await CreateDispatcher(ScriptedTransport.AcceptingAll()).DispatchAsync(null, Stop);

        Assert.Equal(["failed", "sent"], (await DeliveriesAsync()).Select(delivery => delivery.State));
    }

    [Fact]
    public async Task OnlyTheReleasedDayLeavesWithItsFullTime()
    {
        await Store.ReplaceAsync([Localhost], Stop);
        var ada = await AddSubscriberAsync("ada@example.org");
        await EnqueueAsync(ada.Id, Today);
        await EnqueueAsync(ada.Id, Today.AddDays(1));
        Clock.Advance(TimeSpan.FromHours(23));

        var waiting = await Store.ReleaseAsync(Today, [Localhost], Stop);
        Assert.True(await DeliveryQueue.HasReadyAsync(Stop));
        Clock.Advance(TimeSpan.FromHours(2));
        await CreateDispatcher(ScriptedTransport.AcceptingAll()).DispatchAsync(null, Stop);

        Assert.Equal(1, waiting);
        Assert.Equal([("sent", 1), ("queued", 0)], await DeliveriesAsync());
        Assert.False(await DeliveryQueue.HasReadyAsync(Stop));
    }

    [Fact]
    public async Task TheNewestDayThatWaitsIsFound()
    {
        Assert.Null(await Store.FindNewestWaitingDayAsync(Stop));
        var ada = await AddSubscriberAsync("ada@example.org");
        await EnqueueAsync(ada.Id, Today.AddDays(-1));
        await EnqueueAsync(ada.Id, Today);

        Assert.Equal(Today, await Store.FindNewestWaitingDayAsync(Stop));
        await CreateDispatcher(ScriptedTransport.AcceptingAll()).DispatchAsync(null, Stop);

        Assert.Null(await Store.FindNewestWaitingDayAsync(Stop));
    }

    [Fact]
    public async Task AReleaseRecordsWhatWasFound()
    {
        await Store.ReplaceAsync([Localhost], Stop);

        await Store.ReleaseAsync(Today, [Localhost], Stop);
        await Store.ReleaseAsync(Today, [], Stop);

        var finding = await Database.ReadAsync(
            session => session.SingleAsync<string>("SELECT finding FROM digest_releases"), Stop);
        Assert.Equal("public-url: Links lead to localhost.", finding);
        await Store.RequireReleasedAsync(Today, Stop);
        var fault = await Assert.ThrowsAsync<TrendingMailException>(
            () => Store.RequireReleasedAsync(Today.AddDays(1), Stop));
        Assert.Contains("Set Site:PublicUrl.", fault.Message, StringComparison.Ordinal);
    }
}

public sealed class DigestHoldOnSqlite() : DigestHoldTests(new SqliteFixture());

public sealed class DigestHoldOnPostgreSql() : DigestHoldTests(new PostgreSqlFixture());
