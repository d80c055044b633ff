using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Diagnostics.Seeds;

/// <summary>What becomes of a seed message when something fails.</summary>
public abstract class SeedFaultTests(DatabaseFixture fixture) : SeedSenderTestBase(fixture)
{
    [Fact]
    public async Task AMessageOfAProcessThatDiedAmidTheHandOverIsLookedForAndNotSentAgain()
    {
        await PlanAsync(weekly: false);
        await EnqueueAsync();
        foreach (var message in await ListAsync())
        {
            Assert.True(await Store.MarkSendingAsync(message, $"{message.Id}@papers.example.org", DeadProcess, Stop));
        }

        var transport = ScriptedTransport.AcceptingAll();
        await RunAsync(transport);

        Assert.Empty(transport.SentIds);
        Assert.All(await ListAsync(), message => Assert.Equal(
            (DeliveryState.Uncertain, Placement.Pending), (message.State, message.Placement)));
        Clock.Advance(TimeSpan.FromHours(1));
        await RunAsync(transport);
        Assert.All(await ListAsync(), message => Assert.Equal(Placement.Unknown, message.Placement));
    }

    [Fact]
    public async Task AMessageOfAnotherNodeAmidItsHandOverIsLeftAloneWithinItsLease()
    {
        await PlanAsync(weekly: false);
        await EnqueueAsync();
        foreach (var message in await ListAsync())
        {
            await Store.MarkSendingAsync(message, $"{message.Id}@papers.example.org", "elsewhere/1/1", Stop);
        }

        await RunAsync(ScriptedTransport.AcceptingAll());
        Assert.All(await ListAsync(), message => Assert.Equal(DeliveryState.Sending, message.State));

        Clock.Advance(Delivery.Lease);
        await RunAsync(ScriptedTransport.AcceptingAll());
        Assert.All(await ListAsync(), message => Assert.Equal(DeliveryState.Uncertain, message.State));
    }

    [Fact]
    public async Task ADeferredMessageIsRetried()
    {
        await PlanAsync(weekly: false);
        var isReady = false;
        var transport = new ScriptedTransport(_ =>
            isReady ? new Outcome.Accepted("250 ok") : new Outcome.Deferred("451 4.3.0 try again"));
        await RunAsync(transport);
        await RunAsync(transport);
        Assert.Equal(2, transport.SentIds.Count);
        Assert.All(await ListAsync(), message => Assert.Equal(
            (DeliveryState.Deferred, "451 4.3.0 try again"), (message.State, message.Detail)));

        isReady = true;
        Clock.Advance(TimeSpan.FromHours(1));
        await RunAsync(transport);

        Assert.Equal(2, transport.SentIds.Distinct().Count());
        Assert.All(await ListAsync(), message => Assert.Equal(DeliveryState.Sent, message.State));
    }

    [Fact]
    public async Task ARejectedMessageDidNotArriveAndAlertsOnce()
    {
        await PlanAsync(weekly: false);
        var transport = new ScriptedTransport(id => new Outcome.Rejected("550 5.1.1 user unknown"));

        await RunAsync(transport);
        await RunAsync(transport);

        Assert.Equal(2, transport.SentIds.Count);
        Assert.All(await ListAsync(), message => Assert.Equal(
            (Placement.Missing, "550 5.1.1 user unknown"), (message.Placement, message.Detail)));
        Assert.Equal(
            ["The daily digest of 2026-11-23 was rejected by Example Mail",
                "The daily digest of 2026-11-23 was rejected by other.example"],
            await AlertsAsync());
    }

    [Fact]
    public async Task AnUncertainOutcomeIsLeftToTheMailbox()
    {
        await PlanAsync(weekly: false);
        var transport = new ScriptedTransport(_ => new Outcome.Uncertain("connection lost"));

        await RunAsync(transport);
        Clock.Advance(TimeSpan.FromMinutes(30));
        await RunAsync(transport);

        Assert.Equal(2, transport.SentIds.Count);
        Assert.All(await ListAsync(), message => Assert.Equal(DeliveryState.Uncertain, message.State));
    }

    [Fact]
    public async Task AServerThatIsDownForADayLeavesTheResultUnknown()
    {
        await PlanAsync(weekly: false);
        var transport = new ScriptedTransport(_ => new Outcome.Unreachable("connection refused"));
        for (var hours = 0; hours <= Delivery.GiveUpHours; hours++)
        {
            await RunAsync(transport);
            Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.All(await ListAsync(), message =>
        {
            Assert.Equal(Placement.Unknown, message.Placement);
            Assert.Contains("connection refused", message.Detail, StringComparison.Ordinal);
        });
        Assert.Empty(await AlertsAsync());
    }

    [Fact]
    public async Task AMailboxThatCannotBeReachedIsUnknownWithTheReason()
    {
        await PlanAsync(weekly: false);
        await RunAsync(ScriptedTransport.AcceptingAll());

        Clock.Advance(TimeSpan.FromMinutes(1));
        await RunAsync(ScriptedTransport.AcceptingAll());
        Assert.All(await ListAsync(), message =>
        {
            Assert.Equal(Placement.Pending, message.Placement);
            Assert.NotNull(message.Detail);
        });

        Clock.Advance(TimeSpan.FromHours(1));
        await RunAsync(ScriptedTransport.AcceptingAll());
        Assert.All(await ListAsync(), message => Assert.Equal(Placement.Unknown, message.Placement));
        Assert.Empty(await AlertsAsync());
    }

    [Fact]
    public async Task AMailboxThatIsRemovedFromTheSettingsGetsNothingMoreAndIsUnknown()
    {
        await PlanAsync(weekly: false);
        await RunAsync(ScriptedTransport.AcceptingAll());
        await PlanAsync(weekly: true);
        await EnqueueAsync();
        Deliverability = new DeliverabilityOptions { Seeds = [Deliverability.Seeds[1]] };
        Clock.Advance(TimeSpan.FromHours(1));
        var transport = ScriptedTransport.AcceptingAll();

        await RunAsync(transport);

        Assert.Single(transport.SentIds);
        Assert.All((await ListAsync()).Where(message => message.Provider == "Example Mail"), message => Assert.Equal(
            (Placement.Unknown, "the mailbox is no longer in Deliverability:Seeds"),
            (message.Placement, message.Detail)));
    }

    /// <summary>The id of a process of this machine that has exited: no process started at that time.</summary>
    private static string DeadProcess => $"{Environment.MachineName}/1/1";
}

public sealed class SeedFaultOnSqlite() : SeedFaultTests(new SqliteFixture());

public sealed class SeedFaultOnPostgreSql() : SeedFaultTests(new PostgreSqlFixture());
