using TrendingMail.Delivery;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

public abstract class LedgerTests(DatabaseFixture fixture) : LedgerBook(fixture)
{
    [Fact]
    public async Task ADeliveryIsQueuedOnce()
    {
        Assert.True(await QueueAsync("ada@example.org"));
        Clock.Advance(TimeSpan.FromHours(1));

        Assert.False(await QueueAsync("ada@example.org"));

        Assert.Equal([("queued", 0)], await DeliveriesAsync());
        Assert.Equal(Morning, (await BeginAsync())!.QueuedAt);
    }

    [Fact]
    public async Task WhoeverQueuesAtOnceADeliveryIsThereOnce()
    {
        var reader = await AddReaderAsync("ada@example.org");

        var queued = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => QueueAsync(reader.Id, Today))));

        Assert.Equal(1, queued.Count(isNew => isNew));
    }

    [Fact]
    public async Task TheSameReaderGetsAnotherDaysDigestToo()
    {
        var reader = await AddReaderAsync("ada@example.org");

        Assert.True(await QueueAsync(reader.Id, Today));
        Assert.True(await QueueAsync(reader.Id, Today.AddDays(1)));
    }

    [Fact]
    public async Task BeginningMarksADeliveryAsInFlightBeforeItLeaves()
    {
        await QueueAsync("ada@example.org");

        var delivery = (await BeginAsync())!;

        Assert.Equal(("daily", "2026-11-23", 1), (delivery.Kind, delivery.Key, delivery.Attempts));
        Assert.Equal(Morning.AddHours(24), delivery.ExpiresAt);
        Assert.Equal([("sending", 1)], await DeliveriesAsync());
        Assert.Null(await BeginAsync());
    }

    [Fact]
    public async Task SideBySideEachDeliveryIsClaimedOnce()
    {
        for (var i = 0; i < 20; i++)
        {
            await QueueAsync($"r{i}@example.org");
        }

        var claimed = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => Task.Run(() => Ledger.ClaimAsync("here/1/1", 1, Stop))));

        Assert.Equal(Enumerable.Repeat(1, 20).Concat(Enumerable.Repeat(0, 5)),
            claimed.Select(deliveries => deliveries.Count).OrderDescending());
        Assert.Equal(20, claimed.SelectMany(deliveries => deliveries).Select(delivery => delivery.Id).Distinct().Count());
    }

    [Fact]
    public async Task WhatWaitsLongestIsClaimedFirst()
    {
        var late = await AddReaderAsync("late@example.org");
        await QueueAsync("early@example.org");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await QueueAsync(late.Id, Today);

        Assert.NotEqual(late.Id, (await BeginAsync())!.SubscriberId);
        Assert.Equal(late.Id, (await BeginAsync())!.SubscriberId);
    }

    [Fact]
    public async Task ANoticeIsClaimedBeforeDigestsThatWaitLonger()
    {
        await QueueAsync("ada@example.org");
        await QueueAsync("bo@example.org");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await AddReaderAsync("new@example.org");

        Assert.Equal([MailingKind.Welcome, MailingKind.Daily],
            (await Ledger.ClaimAsync("here/1/1", 2, Stop)).Select(delivery => delivery.Kind));
    }

    [Fact]
    public async Task AClaimCarriesTheReaderAndIsNotYetInFlight()
    {
        await QueueAsync("ada@example.org");

        var claimed = Assert.Single(await Ledger.ClaimAsync("here/1/1", 10, Stop));

        Assert.Equal(("ada@example.org", SubscriberState.Active), (claimed.Reader!.Address, claimed.Reader.State));
        Assert.Equal([("queued", 0)], await DeliveriesAsync());
        Assert.Empty(await Ledger.ClaimAsync("here/1/1", 10, Stop));
        Assert.False(await Ledger.HasReadyAsync(Stop));
    }

    [Fact]
    public async Task ADeferredDeliveryIsReadyAgainAtItsTime()
    {
        await QueueAsync("ada@example.org");
        await RecordAsync((await BeginAsync())!, new Verdict(DeliveryState.Deferred, Morning.AddMinutes(5), "450 later"));

        Assert.False(await Ledger.HasReadyAsync(Stop));
        Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.True(await Ledger.HasReadyAsync(Stop));
        var again = (await BeginAsync())!;
        Assert.Equal((2, Morning), (again.Attempts, again.QueuedAt));
    }

    [Theory]
    [InlineData(DeliveryState.Sent)]
    [InlineData(DeliveryState.Failed)]
    [InlineData(DeliveryState.Skipped)]
    [InlineData(DeliveryState.Uncertain)]
    public async Task WhatHasEndedIsNotTakenUpAgain(DeliveryState state)
    {
        await QueueAsync("ada@example.org");
        Assert.True(await RecordAsync((await BeginAsync())!, new Verdict(state, null, "said")));
        Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(0, await Ledger.RecoverAsync(Stop));
        Assert.False(await Ledger.HasReadyAsync(Stop));
        Assert.Null(await BeginAsync());
    }

    [Fact]
    public async Task TheLastReplyStandsInTheLedger()
    {
        await QueueAsync("ada@example.org");
        await RecordAsync((await BeginAsync())!, new Verdict(DeliveryState.Failed, null, "550 5.1.1 no such user"));

        Assert.Equal("550 5.1.1 no such user", await Database.ReadAsync(
            session => session.SingleAsync<string>("SELECT reply FROM deliveries WHERE ended_at IS NOT NULL"), Stop));
    }

    [Fact]
    public async Task WhatADeadProcessLeftInFlightIsQueuedAgain()
    {
        await QueueAsync("ada@example.org");
        var first = (await BeginAsync($"{Environment.MachineName}/{int.MaxValue}/1"))!;

        Assert.Equal(1, await Ledger.RecoverAsync(Stop));

        var again = (await BeginAsync())!;
        Assert.Equal((first.Id, first.Key, first.QueuedAt, 2), (again.Id, again.Key, again.QueuedAt, again.Attempts));
    }

    [Fact]
    public async Task WhatADeadProcessHadOnlyClaimedIsFreeAgainAndNoAttempt()
    {
        await QueueAsync("ada@example.org");
        await Ledger.ClaimAsync($"{Environment.MachineName}/{int.MaxValue}/1", 10, Stop);

        Assert.Equal(0, await Ledger.RecoverAsync(Stop));

        Assert.Equal(1, (await BeginAsync())!.Attempts);
    }

    [Fact]
    public async Task AnEarlierProcessOfTheSameIdIsDeadToo()
    {
        await QueueAsync("ada@example.org");
        await BeginAsync($"{Environment.MachineName}/{Environment.ProcessId}/1");

        Assert.Equal(1, await Ledger.RecoverAsync(Stop));
    }

    [Fact]
    public async Task WhatALivingProcessSendsIsLeftAlone()
    {
        await QueueAsync("ada@example.org");
        await BeginAsync(NodeId.Own);

        Assert.Equal(0, await Ledger.RecoverAsync(Stop));
        Assert.Equal([("sending", 1)], await DeliveriesAsync());
    }

    [Fact]
    public async Task AnotherMachinesDeliveryIsTakenOverWhenItsLeaseHasRunOut()
    {
        await QueueAsync("ada@example.org");
        await BeginAsync("elsewhere/1/1");
        Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(0, await Ledger.RecoverAsync(Stop));

        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await Ledger.RecoverAsync(Stop));
    }

    [Fact]
    public async Task WhoLostADeliveryCannotRecordItsOutcome()
    {
        await QueueAsync("ada@example.org");
        var lost = (await BeginAsync("elsewhere/1/1"))!;
        Clock.Advance(TimeSpan.FromMinutes(16));
        await Ledger.RecoverAsync(Stop);
        await BeginAsync();

        Assert.False(await RecordAsync(lost, "elsewhere/1/1", new Verdict(DeliveryState.Sent, null, "250 ok")));

        Assert.Equal([("sending", 2)], await DeliveriesAsync());
    }

    [Fact]
    public async Task WhoLostADeliveryAndTookItAnewCannotRecordTheEarlierOutcome()
    {
        await QueueAsync("ada@example.org");
        var earlier = (await BeginAsync("elsewhere/1/1"))!;
        Clock.Advance(TimeSpan.FromMinutes(16));
        await Ledger.RecoverAsync(Stop);
        var now = (await BeginAsync("elsewhere/1/1"))!;

        Assert.False(await RecordAsync(earlier, "elsewhere/1/1", new Verdict(DeliveryState.Failed, null, "550 no")));
        Assert.True(await RecordAsync(now, "elsewhere/1/1", new Verdict(DeliveryState.Sent, null, "250 ok")));

        Assert.Equal([("sent", 2)], await DeliveriesAsync());
    }

    [Fact]
    public async Task ADeliveryMayBeWorthSendingForLonger()
    {
        var reader = await AddReaderAsync("ada@example.org");
        await Database.WriteAsync(session => Ledger.QueueAsync(
            session, new Mailing(MailingKind.Daily, "x"), reader.Id, TimeSpan.FromHours(48)), Stop);

        var welcome = await BeginAsync();
        var claimed = welcome!.Key == "x" ? welcome : await BeginAsync();
        Assert.Equal(Morning.AddHours(48), claimed!.ExpiresAt);
    }

    [Fact]
    public async Task WhoIsNoReaderAnyMoreIsNotQueued()
    {
        var reader = await AddReaderAsync("ada@example.org");

        Assert.False(await QueueAsync(reader.Id + 1, Today));

        Assert.Empty(await DeliveriesAsync());
        await AssertCountsAsync();
    }

    [Fact]
    public async Task AClaimHoldsForAsLongAsTheSettingsSay()
    {
        Delivery = Delivery with { LeaseSeconds = 60 };
        await QueueAsync("ada@example.org");
        await Ledger.ClaimAsync("elsewhere/1/1", 1, Stop);
        Clock.Advance(TimeSpan.FromSeconds(59));
        await Ledger.RecoverAsync(Stop);
        Assert.Empty(await Ledger.ClaimAsync("elsewhere/2/2", 1, Stop));

        Clock.Advance(TimeSpan.FromSeconds(2));
        await Ledger.RecoverAsync(Stop);

        Assert.Single(await Ledger.ClaimAsync("elsewhere/2/2", 1, Stop));
    }

    [Fact]
    public async Task DigestsAreCountedByStateTheNewestMailingFirst()
    {
        await QueueAsync("ada@example.org");
        await QueueAsync("bo@example.org");
        await RecordAsync((await BeginAsync())!, new Verdict(DeliveryState.Sent, null, "250 ok"));
        var cy = await AddReaderAsync("cy@example.org");
        await QueueAsync(cy.Id, Today.AddDays(1));

        var all = await Ledger.StatusAsync(null, 10, Stop);

        Assert.Equal(["2026-11-24", "2026-11-23"], all.Select(mailing => mailing.Key));
        Assert.Equal((1, 1), (all[1].Sent, all[1].Queued));
        Assert.Single(await Ledger.StatusAsync("2026-11-23", 10, Stop));
        Assert.Single(await Ledger.StatusAsync(null, 1, Stop));
        Assert.Empty(await Ledger.StatusAsync("2026-01-01", 10, Stop));
    }

    [Fact]
    public void ThisProcessIsNotGone()
    {
        Assert.False(NodeId.IsGone(NodeId.Own));
        Assert.Contains($"/{Environment.ProcessId}/", NodeId.Own, StringComparison.Ordinal);
        Assert.False(NodeId.IsGone("elsewhere/1/1"));
        Assert.False(NodeId.IsGone("nonsense"));
    }
}

public abstract class LedgerThatHoldsTests : LedgerBook
{
    protected LedgerThatHoldsTests(DatabaseFixture fixture)
        : base(fixture)
    {
        Delivery = new DeliveryOptions { OnUncertain = UncertainPolicy.Hold };
    }

    [Fact]
    public async Task WhatADeadProcessLeftInFlightIsHeldForTheOperator()
    {
        await QueueAsync("ada@example.org");
        await BeginAsync($"{Environment.MachineName}/{int.MaxValue}/1");

        Assert.Equal(1, await Ledger.RecoverAsync(Stop));

        Assert.Equal([("uncertain", 1)], await DeliveriesAsync());
        Assert.Null(await BeginAsync());
    }
}

public sealed class LedgerOnSqlite() : LedgerTests(new SqliteFixture());

public sealed class LedgerOnPostgreSql() : LedgerTests(new PostgreSqlFixture())
{
    [Fact]
    public async Task AMailingFromBeforeTheLedgerHadMonthsGoesOnWhereItLies()
    {
        var ada = await AddReaderAsync("ada@example.org");
        await QueueAsync(ada.Id, Today);
        await Database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE mailings SET first_delivery = 0; UPDATE deliveries SET id = 1"), Stop);

        Assert.False(await QueueAsync(ada.Id, Today));
        Assert.True(await QueueAsync("bo@example.org"));

        Assert.Equal(["deliveries_before"], await Database.ReadAsync(session => session.QueryAsync<string>(
            "SELECT DISTINCT tableoid::regclass::text FROM deliveries"), Stop));
    }
}

public sealed class LedgerThatHoldsOnSqlite() : LedgerThatHoldsTests(new SqliteFixture());

public sealed class LedgerThatHoldsOnPostgreSql() : LedgerThatHoldsTests(new PostgreSqlFixture());
