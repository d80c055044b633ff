using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;
using TrendingMail.Messages;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Queue;

public abstract class DeliveryQueueTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    [Fact]
    public async Task ADeliveryIsQueuedOnce()
    {
        Assert.True(await EnqueueAsync("ada@example.org"));
        Clock.Advance(TimeSpan.FromHours(1));

        Assert.False(await EnqueueAsync("ada@example.org"));

        Assert.Equal([("queued", 0)], await DeliveriesAsync());
        Assert.Equal(Morning, (await ClaimAndMarkSendingAsync())!.Identity.QueuedAt);
    }

    [Fact]
    public async Task ConcurrentEnqueuesCreateOneDelivery()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");

        var queued = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => EnqueueAsync(subscriber.Id, Today))));

        Assert.Equal(1, queued.Count(isNew => isNew));
    }

    [Fact]
    public async Task ASubscriberGetsEachDaysDigest()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");

        Assert.True(await EnqueueAsync(subscriber.Id, Today));
        Assert.True(await EnqueueAsync(subscriber.Id, Today.AddDays(1)));
    }

    [Fact]
    public async Task ADeliveryIsMarkedAsSendingBeforeItIsSent()
    {
        await EnqueueAsync("ada@example.org");

        var delivery = (await ClaimAndMarkSendingAsync())!;

        Assert.Equal((new Mailing.Daily(Today), 1), (delivery.Identity.Mailing, delivery.Claim.Attempt));
        Assert.Equal(Morning.AddHours(24), delivery.Claim.ExpiresAt);
        Assert.Equal([("sending", 1)], await DeliveriesAsync());
        Assert.Null(await ClaimAndMarkSendingAsync());
    }

    [Fact]
    public async Task ConcurrentClaimsNeverShareADelivery()
    {
        for (var i = 0; i < 20; i++)
        {
            await EnqueueAsync($"r{i}@example.org");
        }

        var claimed = await Task.WhenAll(
            Enumerable.Range(0, 25).Select(_ => Task.Run(() => DeliveryQueue.ClaimAsync("here/1/1", 1, Stop))));

        Assert.Equal(Enumerable.Repeat(1, 20).Concat(Enumerable.Repeat(0, 5)),
            claimed.Select(deliveries => deliveries.Count).OrderDescending());
        Assert.Equal(
            20, claimed.SelectMany(deliveries => deliveries).Select(delivery => delivery.Identity.DeliveryId)
                .Distinct().Count());
    }

    [Fact]
    public async Task TheDeliveryThatWaitedLongestIsClaimedFirst()
    {
        var late = await AddSubscriberAsync("late@example.org");
        await EnqueueAsync("early@example.org");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await EnqueueAsync(late.Id, Today);

        Assert.NotEqual(late.Id, (await ClaimAndMarkSendingAsync())!.Subscriber.Id);
        Assert.Equal(late.Id, (await ClaimAndMarkSendingAsync())!.Subscriber.Id);
    }

    [Fact]
    public async Task ANoticeIsClaimedBeforeOlderDigests()
    {
        await EnqueueAsync("ada@example.org");
        await EnqueueAsync("bo@example.org");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await AddSubscriberAsync("new@example.org");

        Assert.Equal(["welcome", "daily"],
            (await DeliveryQueue.ClaimAsync("here/1/1", 2, Stop)).Select(
                delivery => delivery.Identity.Mailing.KindName));
    }

    [Fact]
    public async Task AClaimIncludesTheSubscriberAndIsNotYetSending()
    {
        await EnqueueAsync("ada@example.org");

        var claimed = Assert.Single(await DeliveryQueue.ClaimAsync("here/1/1", 10, Stop));

        Assert.Equal(
            ("ada@example.org", SubscriberState.Active), (claimed.Subscriber.Address, claimed.Subscriber.State));
        Assert.Equal([("queued", 0)], await DeliveriesAsync());
        Assert.Empty(await DeliveryQueue.ClaimAsync("here/1/1", 10, Stop));
        Assert.False(await DeliveryQueue.HasReadyAsync(Stop));
    }

    [Fact]
    public async Task ADeferredDeliveryIsReadyAgainAtItsTime()
    {
        await EnqueueAsync("ada@example.org");
        await RecordOutcomeAsync((await ClaimAndMarkSendingAsync())!,
            new DeliveryTransition(DeliveryState.Deferred, Morning.AddMinutes(5), "450 later"));

        Assert.False(await DeliveryQueue.HasReadyAsync(Stop));
        Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.True(await DeliveryQueue.HasReadyAsync(Stop));
        var again = (await ClaimAndMarkSendingAsync())!;
        Assert.Equal((2, Morning), (again.Claim.Attempt, again.Identity.QueuedAt));
    }

    [Theory]
    [InlineData(DeliveryState.Sent)]
    [InlineData(DeliveryState.Failed)]
    [InlineData(DeliveryState.Skipped)]
    [InlineData(DeliveryState.Uncertain)]
    public async Task AFinishedDeliveryIsNotClaimedAgain(DeliveryState state)
    {
        await EnqueueAsync("ada@example.org");
        Assert.True(await RecordOutcomeAsync(
            (await ClaimAndMarkSendingAsync())!, new DeliveryTransition(state, null, "said")));
        Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(0, await DeliveryQueue.RecoverAsync(Stop));
        Assert.False(await DeliveryQueue.HasReadyAsync(Stop));
        Assert.Null(await ClaimAndMarkSendingAsync());
    }

    [Fact]
    public async Task TheLastReplyIsStored()
    {
        await EnqueueAsync("ada@example.org");
        await RecordOutcomeAsync((await ClaimAndMarkSendingAsync())!,
            new DeliveryTransition(DeliveryState.Failed, null, "550 5.1.1 no such user"));

        Assert.Equal("550 5.1.1 no such user", await Database.ReadAsync(
            session => session.SingleAsync<string>("SELECT reply FROM deliveries WHERE ended_at IS NOT NULL"), Stop));
    }

    [Fact]
    public async Task ADeliveryLeftInFlightByADeadProcessIsQueuedAgain()
    {
        await EnqueueAsync("ada@example.org");
        var first = (await ClaimAndMarkSendingAsync($"{Environment.MachineName}/{int.MaxValue}/1"))!;

        Assert.Equal(1, await DeliveryQueue.RecoverAsync(Stop));

        var again = (await ClaimAndMarkSendingAsync())!;
        Assert.Equal((first.Identity, 2), (again.Identity, again.Claim.Attempt));
    }

    [Fact]
    public async Task ADeliveryOnlyClaimedByADeadProcessIsReleasedWithoutCountingAnAttempt()
    {
        await EnqueueAsync("ada@example.org");
        await DeliveryQueue.ClaimAsync($"{Environment.MachineName}/{int.MaxValue}/1", 10, Stop);

        Assert.Equal(0, await DeliveryQueue.RecoverAsync(Stop));

        Assert.Equal(1, (await ClaimAndMarkSendingAsync())!.Claim.Attempt);
    }

    [Fact]
    public async Task AnEarlierProcessWithTheSameIdIsDead()
    {
        await EnqueueAsync("ada@example.org");
        await ClaimAndMarkSendingAsync($"{Environment.MachineName}/{Environment.ProcessId}/1");

        Assert.Equal(1, await DeliveryQueue.RecoverAsync(Stop));
    }

    [Fact]
    public async Task ADeliveryInFlightInALiveProcessIsLeftAlone()
    {
        await EnqueueAsync("ada@example.org");
        await ClaimAndMarkSendingAsync(ProcessId.Current);

        Assert.Equal(0, await DeliveryQueue.RecoverAsync(Stop));
        Assert.Equal([("sending", 1)], await DeliveriesAsync());
    }

    [Fact]
    public async Task AnotherMachinesDeliveryIsTakenOverWhenItsLeaseExpires()
    {
        await EnqueueAsync("ada@example.org");
        await ClaimAndMarkSendingAsync("elsewhere/1/1");
        Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(0, await DeliveryQueue.RecoverAsync(Stop));

        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await DeliveryQueue.RecoverAsync(Stop));
    }

    [Fact]
    public async Task AnOutcomeIsNotRecordedAfterTheClaimWasLost()
    {
        await EnqueueAsync("ada@example.org");
        var lost = (await ClaimAndMarkSendingAsync("elsewhere/1/1"))!;
        Clock.Advance(TimeSpan.FromMinutes(16));
        await DeliveryQueue.RecoverAsync(Stop);
        await ClaimAndMarkSendingAsync();

        Assert.False(
            await RecordOutcomeAsync(
                lost, "elsewhere/1/1", new DeliveryTransition(DeliveryState.Sent, null, "250 ok")));

        Assert.Equal([("sending", 2)], await DeliveriesAsync());
    }

    [Fact]
    public async Task AnOutcomeOfAnEarlierClaimIsNotRecorded()
    {
        await EnqueueAsync("ada@example.org");
        var earlier = (await ClaimAndMarkSendingAsync("elsewhere/1/1"))!;
        Clock.Advance(TimeSpan.FromMinutes(16));
        await DeliveryQueue.RecoverAsync(Stop);
        var now = (await ClaimAndMarkSendingAsync("elsewhere/1/1"))!;

        Assert.False(
            await RecordOutcomeAsync(
                earlier, "elsewhere/1/1", new DeliveryTransition(DeliveryState.Failed, null, "550 no")));
        Assert.True(await RecordOutcomeAsync(
            now, "elsewhere/1/1", new DeliveryTransition(DeliveryState.Sent, null, "250 ok")));

        Assert.Equal([("sent", 2)], await DeliveriesAsync());
    }

    [Fact]
    public async Task ADeliveryCanHaveALongerTimeToLive()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");
        await Database.WriteAsync(session => DeliveryQueue.EnqueueAsync(
            session, new Mailing.Daily(Today), subscriber.Id, TimeSpan.FromHours(48)), Stop);

        var welcome = await ClaimAndMarkSendingAsync();
        var claimed = welcome!.Identity.Mailing is Mailing.Daily ? welcome : await ClaimAndMarkSendingAsync();
        Assert.Equal(Morning.AddHours(48), claimed!.Claim.ExpiresAt);
    }

    [Fact]
    public async Task AnUnknownSubscriberIsNotQueued()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");

        Assert.False(await EnqueueAsync(subscriber.Id + 1, Today));

        Assert.Empty(await DeliveriesAsync());
        await AssertCountsAsync();
    }

    [Fact]
    public async Task AClaimLastsForTheConfiguredLease()
    {
        Delivery = Delivery with { LeaseSeconds = 60 };
        await EnqueueAsync("ada@example.org");
        await DeliveryQueue.ClaimAsync("elsewhere/1/1", 1, Stop);
        Clock.Advance(TimeSpan.FromSeconds(59));
        await DeliveryQueue.RecoverAsync(Stop);
        Assert.Empty(await DeliveryQueue.ClaimAsync("elsewhere/2/2", 1, Stop));

        Clock.Advance(TimeSpan.FromSeconds(2));
        await DeliveryQueue.RecoverAsync(Stop);

        Assert.Single(await DeliveryQueue.ClaimAsync("elsewhere/2/2", 1, Stop));
    }

    [Fact]
    public async Task DigestsAreCountedByStateTheNewestMailingFirst()
    {
        await EnqueueAsync("ada@example.org");
        await EnqueueAsync("bo@example.org");
        await RecordOutcomeAsync(
            (await ClaimAndMarkSendingAsync())!, new DeliveryTransition(DeliveryState.Sent, null, "250 ok"));
        var cy = await AddSubscriberAsync("cy@example.org");
        await EnqueueAsync(cy.Id, Today.AddDays(1));

        var all = await DeliveryQueue.StatusAsync(null, 10, Stop);

        Assert.Equal(["2026-11-24", "2026-11-23"], all.Select(mailing => mailing.Key));
        Assert.Equal((1, 1), (all[1].Sent, all[1].Queued));
        Assert.Single(await DeliveryQueue.StatusAsync("2026-11-23", 10, Stop));
        Assert.Single(await DeliveryQueue.StatusAsync(null, 1, Stop));
        Assert.Empty(await DeliveryQueue.StatusAsync("2026-01-01", 10, Stop));
    }

    [Fact]
    public void ThisProcessHasNotExited()
    {
        Assert.False(ProcessId.HasExited(ProcessId.Current));
        Assert.Contains($"/{Environment.ProcessId}/", ProcessId.Current, StringComparison.Ordinal);
        Assert.False(ProcessId.HasExited("elsewhere/1/1"));
        Assert.False(ProcessId.HasExited("nonsense"));
    }
}

public abstract class DeliveryQueueHoldTests : DeliveryQueueTestBase
{
    protected DeliveryQueueHoldTests(DatabaseFixture fixture)
        : base(fixture)
    {
        Delivery = new DeliveryOptions { OnUncertain = UncertainPolicy.Hold };
    }

    [Fact]
    public async Task ADeliveryLeftInFlightByADeadProcessIsHeldForTheOperator()
    {
        await EnqueueAsync("ada@example.org");
        await ClaimAndMarkSendingAsync($"{Environment.MachineName}/{int.MaxValue}/1");

        Assert.Equal(1, await DeliveryQueue.RecoverAsync(Stop));

        Assert.Equal([("uncertain", 1)], await DeliveriesAsync());
        Assert.Null(await ClaimAndMarkSendingAsync());
    }
}

public sealed class DeliveryQueueOnSqlite() : DeliveryQueueTests(new SqliteFixture());

public sealed class DeliveryQueueOnPostgreSql() : DeliveryQueueTests(new PostgreSqlFixture())
{
    [Fact]
    public async Task AMailingFromBeforePartitioningStaysInItsPartition()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await EnqueueAsync(ada.Id, Today);
        await Database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE mailings SET first_delivery = 0; UPDATE deliveries SET id = 1"), Stop);

        Assert.False(await EnqueueAsync(ada.Id, Today));
        Assert.True(await EnqueueAsync("bo@example.org"));

        Assert.Equal(["deliveries_legacy"], await Database.ReadAsync(session => session.QueryAsync<string>(
            "SELECT DISTINCT tableoid::regclass::text FROM deliveries"), Stop));
    }
}

public sealed class DeliveryQueueHoldOnSqlite() : DeliveryQueueHoldTests(new SqliteFixture());

public sealed class DeliveryQueueHoldOnPostgreSql() : DeliveryQueueHoldTests(new PostgreSqlFixture());
