using TrendingMail.Delivery;
using TrendingMail.Delivery.Hold;
using TrendingMail.Delivery.Queue;
using TrendingMail.Digests;
using TrendingMail.Messages;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Hold;

/// <summary>A restored copy sends nothing of any kind, and after the release only what was not sent before.</summary>
public abstract class DeliveryHoldTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    private HoldStore Store => new(Database);

    private DeliveryReconciliation Reconciliation => new(Database, DeliveryQueue, Clock);

    private HoldRelease Release => new(Store, Planner, Reconciliation, Delivery);

    [Fact]
    public async Task NothingIsClaimedAndNoAlertIsMailed()
    {
        await EnqueueAsync("ada@example.org");
        await HoldAsync();
        await Alerts.RaiseAsync("thin", "The edition is thin", "It has 3 papers.", Stop);
        var transport = ScriptedTransport.AcceptingAll();

        var result = await CreateDispatcher(transport).DispatchAsync(null, Stop);

        Assert.Equal(0, result.Handled);
        Assert.Empty(transport.SentIds);
        Assert.Empty(await DeliveryQueue.ClaimAsync("other/1/1", 10, Stop));
        Assert.False(await DeliveryQueue.HasReadyAsync(Stop));
    }

    [Fact]
    public async Task AMessageThatIsAlreadyClaimedDoesNotLeave()
    {
        await EnqueueAsync("ada@example.org");
        var claimed = Assert.Single(await DeliveryQueue.ClaimAsync("here/1/1", 10, Stop));

        await HoldAsync();

        Assert.False(await StateWriter("here/1/1").MarkSendingAsync(claimed));
        Assert.Equal([("queued", 0)], await DeliveriesAsync());
    }

    [Fact]
    public async Task AStartOnAHeldCopyAlertsTheOperatorOnce()
    {
        var monitor = new HoldMonitor(Store, Alerts);
        Assert.Null(await monitor.CheckAsync(Stop));
        await HoldAsync();

        Assert.NotNull(await monitor.CheckAsync(Stop));
        await monitor.CheckAsync(Stop);

        Assert.Equal(1, await CountAsync("alerts"));
        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => Store.RequireNoneAsync(Stop));
        Assert.Contains("digest release", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACopyOfACopyOnHoldKeepsTheInstantOfTheFirstBackup()
    {
        await HoldAsync();
        Clock.Advance(TimeSpan.FromDays(1));

        await HoldAsync();

        Assert.Equal(
            (Morning, Morning.AddDays(1)),
            await Store.FindAsync(Stop) is { } hold ? (hold.BackupAt, hold.HeldAt) : default);
    }

    [Fact]
    public async Task APreviewChangesNothing()
    {
        await EnqueueAsync("ada@example.org");
        await HoldAsync();
        var before = await SnapshotAsync();

        var report = await Release.PreviewAsync(null, Stop);

        Assert.Equal("ada@example.org", Assert.Single(report!.Plan.MayHaveBeenSent).Address);
        Assert.Equal(before, await SnapshotAsync());
        Assert.NotNull(await Store.FindAsync(Stop));
    }

    [Fact]
    public async Task WhatTheLogShowsIsNotSentAgainAndTheRestIs()
    {
        await EnqueueAsync("ada@example.org");
        await EnqueueAsync("grace@example.org");
        await HoldAsync();

        await Release.ReleaseAsync([Accepted("ada@example.org")], Stop);
        var transport = ScriptedTransport.AcceptingAll();
        await CreateDispatcher(transport).DispatchAsync(null, Stop);

        Assert.Single(transport.SentIds);
        Assert.Equal([("sent", 0), ("sent", 1)], await DeliveriesAsync());
        await AssertCountsAsync();
        Assert.Null(await Store.FindAsync(Stop));
    }

    /// <summary>The lost installation planned and sent it after the backup.</summary>
    [Fact]
    public async Task ALoggedDigestThatTheCopyHasNotPlannedIsNotSentLater()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var ada = await AddSubscriberAsync("ada@example.org");
        await HoldAsync();

        var report = await Release.ReleaseAsync([Accepted("ada@example.org"), Accepted("lost@example.org")], Stop);

        Assert.Equal(1, report!.UnknownRecipients);
        Assert.False(await EnqueueAsync(ada.Id, Today));
        Assert.Equal([("sent", 0)], await DeliveriesAsync());
        await AssertCountsAsync();
    }

    [Theory]
    [InlineData(UncertainPolicy.Resend, "queued")]
    [InlineData(UncertainPolicy.Hold, "uncertain")]
    public async Task WithoutALogTheSettingDecidesWhatMayHaveBeenSent(UncertainPolicy policy, string state)
    {
        Delivery = new DeliveryOptions { OnUncertain = policy };
        await EnqueueAsync("ada@example.org");
        await HoldAsync();

        var report = await Release.ReleaseAsync(null, Stop);

        Assert.Single(report!.Plan.MayHaveBeenSent);
        Assert.Equal([(state, 0)], await DeliveriesAsync());
        await AssertCountsAsync();
        Assert.Null(await Release.ReleaseAsync(null, Stop));
    }

    private Task<int> HoldAsync() => Database.WriteAsync(
        session => session.ExecuteAsync(HoldStore.PlaceSql(Clock.GetUtcNow(), Clock.GetUtcNow())), Stop);

    private static AcceptedMessage Accepted(string address) =>
        new(new MessageIdentity(new Mailing.Daily(Today), 4711, Morning).FormatMessageId("example.org"), [address]);
}

public sealed class DeliveryHoldOnSqlite() : DeliveryHoldTests(new SqliteFixture());

public sealed class DeliveryHoldOnPostgreSql() : DeliveryHoldTests(new PostgreSqlFixture());
