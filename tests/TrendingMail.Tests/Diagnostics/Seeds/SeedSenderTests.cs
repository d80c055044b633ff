using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Hold;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Digests;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Messages;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Diagnostics.Seeds;

public abstract class SeedSenderTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private DeliverabilityOptions Deliverability { get; set; } = new()
    {
        Seeds =
        [
            new SeedOptions { Address = "Seed@Mail.Example", Provider = "Example Mail", Host = "127.0.0.1", Port = 1 },
            new SeedOptions { Address = "seed@other.example", Host = "127.0.0.1", Port = 1 },
        ],
    };

    private TransportKind Transport { get; set; } = TransportKind.Smtp;

    private SeedStore Store => new(Database, Delivery, Clock);

    [Fact]
    public async Task EachMailingGoesToEachSeedMailboxOnce()
    {
        await PlanAsync(weekly: false);
        await PlanAsync(weekly: true);
        var transport = ScriptedTransport.AcceptingAll();

        await RunAsync(transport);
        await RunAsync(transport);

        Assert.Equal(4, transport.SentIds.Distinct().Count());
        Assert.Equal(4, transport.SentIds.Count);
        Assert.Equal(
            [("daily", "Seed@mail.example"), ("daily", "seed@other.example"),
                ("weekly", "Seed@mail.example"), ("weekly", "seed@other.example")],
            (await ListAsync()).Select(message => (message.Kind, message.Address)).Order());
        Assert.All(await ListAsync(), message => Assert.Equal(
            (DeliveryState.Sent, Placement.Pending, "250 ok", "a scripted server"),
            (message.State, message.Placement, message.Reply, message.Server)));
    }

    [Fact]
    public async Task NothingIsSentBeforeTheMailingOfSubscribersBegins()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var transport = ScriptedTransport.AcceptingAll();

        await RunAsync(transport);

        Assert.Empty(transport.SentIds);
    }

    [Fact]
    public async Task AMailingThatBeganLongAgoIsNotSent()
    {
        await PlanAsync(weekly: false);
        Clock.Advance(TimeSpan.FromHours(Delivery.GiveUpHours + 1));
        var transport = ScriptedTransport.AcceptingAll();

        await RunAsync(transport);

        Assert.Empty(transport.SentIds);
    }

    [Fact]
    public async Task MailToAFolderIsNotSentToSeedMailboxes()
    {
        await PlanAsync(weekly: false);
        Transport = TransportKind.Outbox;
        var transport = ScriptedTransport.AcceptingAll();

        await RunAsync(transport);

        Assert.Empty(transport.SentIds);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task TwoNodesAtOnceSendOneMessage()
    {
        await PlanAsync(weekly: false);
        var transport = ScriptedTransport.AcceptingAll();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(number =>
            Task.Run(() => RunAsync(transport, number % 2 == 0 ? Database : OtherNode), Stop)));

        Assert.Equal(2, transport.SentIds.Count);
    }

    [Fact]
    public async Task TheMessageIsThatOfANewSubscriber()
    {
        await PlanAsync(weekly: false);
        var messages = new List<MimeMessage>();
        var subscriber = await AddSubscriberAsync("seed@other.example");
        var services = new MailTestServices(Database, Clock);
        var digest = await services.Selector.SelectAsync(new Mailing.Daily(Today), subscriber, Stop);
        using var expected = services.Digests.Compose(
            digest!, new MessageIdentity(new Mailing.Daily(Today), 77, Morning), subscriber);

        await RunAsync(new ScriptedTransport((envelope, _) =>
        {
            messages.Add(envelope.Read());
            return Task.FromResult<Outcome>(new Outcome.Accepted("250 ok"));
        }));

        var own = messages.Single(message => message.To.ToString() == "seed@other.example");
        var theirs = expected.Read();
        Assert.Equal(theirs.Subject, own.Subject);
        Assert.Equal(theirs.Headers.Select(header => header.Field), own.Headers.Select(header => header.Field));
        Assert.Equal(WithoutTokens(theirs.TextBody), WithoutTokens(own.TextBody));
        Assert.Equal(theirs.Headers["Feedback-ID"], own.Headers["Feedback-ID"]);
        Assert.StartsWith("seed-2026-11-23.", own.MessageId, StringComparison.Ordinal);
        Assert.Equal((await ListAsync()).Select(message => message.MessageId).Order(),
            messages.Select(message => message.MessageId).Order());
    }

    [Fact]
    public async Task AWeeklyDigestIsThatOfAWeeklySubscriber()
    {
        await PlanAsync(weekly: true);
        string? text = null;

        await RunAsync(new ScriptedTransport((envelope, _) =>
        {
            text = envelope.Read().TextBody;
            return Task.FromResult<Outcome>(new Outcome.Accepted("250 ok"));
        }));

        Assert.Contains("weekly", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("daily at", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task SeedMailboxesAreCountedNowhere()
    {
        await PlanAsync(weekly: false);
        var (before, deliveries) = (await SnapshotAsync(), await CountAsync("deliveries"));

        await RunAsync(ScriptedTransport.AcceptingAll());

        Assert.Equal((before, deliveries), (await SnapshotAsync(), await CountAsync("deliveries")));
    }

    [Fact]
    public async Task NothingIsSentWhileDeliveryIsOnHold()
    {
        await PlanAsync(weekly: false);
        await Database.WriteAsync(
            session => session.ExecuteAsync(HoldStore.PlaceSql(Morning.AddDays(-1), Morning)), Stop);
        var transport = ScriptedTransport.AcceptingAll();

        await RunAsync(transport);
        Assert.Empty(transport.SentIds);

        await new HoldStore(Database).RemoveAsync(Stop);
        await RunAsync(transport);
        Assert.Equal(2, transport.SentIds.Count);
    }

    [Fact]
    public async Task NothingIsSentWhileDigestsAreHeldAndNotReleased()
    {
        await PlanAsync(weekly: false);
        var store = new DigestHoldStore(Database, Delivery, Clock);
        var hold = new DigestHold
        {
            Check = "public-url", Finding = "Links lead to localhost.", Remedy = "Set Site:PublicUrl.",
            HeldAt = Morning,
        };
        await store.ReplaceAsync([hold], Stop);
        var transport = ScriptedTransport.AcceptingAll();

        await RunAsync(transport);
        Assert.Empty(transport.SentIds);

        await store.ReleaseAsync(Today, [hold], Stop);
        await RunAsync(transport);
        Assert.Equal(2, transport.SentIds.Count);
    }

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

    [Fact]
    public async Task ResultsAreDeletedAfterFourHundredDays()
    {
        await PlanAsync(weekly: false);
        await EnqueueAsync();

        Clock.Advance(TimeSpan.FromDays(399));
        Assert.Equal(0, await Monitor(ScriptedTransport.AcceptingAll()).DeleteExpiredAsync(Stop));
        Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, await Monitor(ScriptedTransport.AcceptingAll()).DeleteExpiredAsync(Stop));
    }

    /// <summary>The id of a process of this machine that has exited: no process started at that time.</summary>
    private static string DeadProcess => $"{Environment.MachineName}/1/1";

    /// <summary>Publishes an edition, and begins a mailing of it.</summary>
    private async Task PlanAsync(bool weekly)
    {
        if (await Editions.FindAsync(Today, Stop) is null)
        {
            await PublishAsync(Today, TestPapers.Listed("2611.00001"), TestPapers.Listed("2611.00002", upvotes: 3));
        }

        var subscriber = await AddSubscriberAsync($"{(weekly ? "ada" : "ben")}@example.net");
        await Database.WriteAsync(session => DeliveryQueue.EnqueueAsync(
            session, Digest.MailingFor(weekly, Today), subscriber.Id), Stop);
    }

    private Task EnqueueAsync() => Sender(ScriptedTransport.AcceptingAll(), Database).EnqueueAsync(Stop);

    private Task RunAsync(IMailTransport transport) => RunAsync(transport, Database);

    private Task RunAsync(IMailTransport transport, Database node) => Monitor(transport, node).RunAsync(Stop);

    private SeedMonitor Monitor(IMailTransport transport, Database? node = null) => new(
        new SeedStore(node ?? Database, Delivery, Clock), Sender(transport, node ?? Database), Alerts(node ?? Database),
        Deliverability, Clock, NullLogger<SeedMonitor>.Instance);

    private SeedSender Sender(IMailTransport transport, Database node)
    {
        var mail = new MailTestServices(node, Clock);
        return new SeedSender(
            new SeedStore(node, Delivery, Clock), new SeedComposer(mail.Selector, mail.Digests, DigestOptions),
            new DirectSender(
                transport, new DomainThrottleStore(node, Clock), mail.Alerts, Delivery, Clock,
                NullLogger<DirectSender>.Instance),
            Alerts(node), new DeliveryHistory(node), Deliverability, new MailOptions { Transport = Transport },
            Delivery, Clock, NullLogger<SeedSender>.Instance);
    }

    private SeedAlerts Alerts(Database node) => new(new MailTestServices(node, Clock).Alerts);

    private Task<IReadOnlyList<SeedMessage>> ListAsync() => Store.ListAsync(Morning.AddDays(-1), Stop);

    private Task<IReadOnlyList<string>> AlertsAsync() => Database.ReadAsync(
        session => session.QueryAsync<string>("SELECT subject FROM alerts ORDER BY subject"), Stop);

    /// <summary>Links differ in their tokens.</summary>
    private static string WithoutTokens(string? text) =>
        Regex.Replace(text!, "/[A-Za-z0-9_-]{30,}", "/TOKEN");
}

public sealed class SeedSenderOnSqlite() : SeedSenderTests(new SqliteFixture());

public sealed class SeedSenderOnPostgreSql() : SeedSenderTests(new PostgreSqlFixture());
