using System.Text.RegularExpressions;
using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Hold;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Messages;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Diagnostics.Seeds;

public abstract class SeedSenderTests(DatabaseFixture fixture) : SeedSenderTestBase(fixture)
{
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
    public async Task ResultsAreDeletedAfterFourHundredDays()
    {
        await PlanAsync(weekly: false);
        await EnqueueAsync();

        Clock.Advance(TimeSpan.FromDays(399));
        Assert.Equal(0, await Monitor(ScriptedTransport.AcceptingAll()).DeleteExpiredAsync(Stop));
        Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, await Monitor(ScriptedTransport.AcceptingAll()).DeleteExpiredAsync(Stop));
    }

    /// <summary>Links differ in their tokens.</summary>
    private static string WithoutTokens(string? text) =>
        Regex.Replace(text!, "/[A-Za-z0-9_-]{30,}", "/TOKEN");
}

public sealed class SeedSenderOnSqlite() : SeedSenderTests(new SqliteFixture());

public sealed class SeedSenderOnPostgreSql() : SeedSenderTests(new PostgreSqlFixture());
