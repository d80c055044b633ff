using TrendingMail.Inbound;
using TrendingMail.SignUp.Abuse;
using TrendingMail.SignUp.Abuse.Limiting;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound.Actions;

/// <summary>Subscribe and unsubscribe requests by mail.</summary>
public abstract class MailRequestTests(DatabaseFixture fixture) : InboundHandlerTestBase(fixture)
{
    [Fact]
    public async Task RevokedTokenStillUnsubscribes()
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();
        var token = Token(subscriber);
        await Database.WriteAsync(
            session => session.ExecuteAsync("UPDATE subscribers SET link_epoch = link_epoch + 1"), Stop);

        await HandleAsync(Request("someone@else.example", $"unsubscribe {token}"));

        Assert.Equal(SubscriberState.Unsubscribed, (await Subscribers.FindAsync(subscriber.Id, Stop))!.State);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("Auto-Submitted: auto-replied\n", 0)]
    [InlineData("Return-Path: <>\n", 0)]
    public async Task GoodbyeIsSentToPeopleButNotToMachines(string header, int goodbyes)
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();
        var before = await CountAsync("deliveries");

        await HandleAsync(
            header + Request(Ada, "unsubscribe", "mx.papers.example.org; dmarc=pass header.from=shop.example"));

        Assert.Equal(SubscriberState.Unsubscribed, (await Subscribers.FindAsync(subscriber.Id, Stop))!.State);
        Assert.Equal(before + goodbyes, await CountAsync("deliveries"));
    }

    [Fact]
    public async Task AddressGetsAtMostOneReplyPerDay()
    {
        const string Authenticated = "mx.papers.example.org; dmarc=pass header.from=shop.example";
        await AddSubscriberWithDeliveryAsync();
        await HandleAsync(Request(Ada, "subscribe", Authenticated));
        var before = await CountAsync("deliveries");

        await HandleAsync(Request(Ada, "unsubscribe", Authenticated));

        Assert.Equal(before, await CountAsync("deliveries"));
    }

    [Fact]
    public async Task TokenUnsubscribesWhoeverSendsIt()
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await HandleAsync(Request("someone@else.example", $"unsubscribe {Token(subscriber)}"));

        Assert.Equal(SubscriberState.Unsubscribed, (await Subscribers.FindAsync(subscriber.Id, Stop))!.State);
    }

    [Fact]
    public async Task WithoutATokenTheSenderMustBeAuthenticated()
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await HandleAsync(Request(Ada, "unsubscribe", "mx.papers.example.org; spf=pass smtp.mailfrom=evil.example"));
        await HandleAsync(Request(Ada, "Unsubscribe", "mx.elsewhere.example; dmarc=pass header.from=shop.example"));
        Assert.Equal(SubscriberState.Active, (await Subscribers.FindAsync(subscriber.Id, Stop))!.State);
        Assert.Equal(2, await CountAsync("alerts"));

        await HandleAsync(Request(Ada, "Bitte abmelden", "mx.papers.example.org; dmarc=pass header.from=shop.example"));
        Assert.Equal(SubscriberState.Unsubscribed, (await Subscribers.FindAsync(subscriber.Id, Stop))!.State);
    }

    [Fact]
    public async Task SubscribeRequestIsAnsweredWithAConfirmationOncePerDay()
    {
        var first = await HandleAsync(Request("bo@shop.example", "subscribe", AuthenticatedFor("shop.example")));
        Clock.Advance(TimeSpan.FromHours(12));
        var second = await HandleAsync(Request("bo@shop.example", "Subscribe", AuthenticatedFor("shop.example")));

        Assert.Equal(InboundAction.Answered, Assert.Single(first.Actions).Action);
        Assert.Empty(second.Actions);
        Assert.Equal(SubscriberState.Pending, (await Subscribers.FindAsync(Address("bo@shop.example"), Stop))!.State);
        Assert.Equal(1, await CountAsync("deliveries"));
    }

    [Fact]
    public async Task SubscribeRequestFollowsTheRulesOfTheForm()
    {
        using var folder = new TemporaryFolder();
        using var limits = new AddressRateLimits(
            new SecurityOptions { RateLimits = new RateLimitOptions { SignUpsPerAddress = 1 } }, RateLimits);
        AddressPolicy = new AddressPolicy(
            DisposableDomains.Load(folder.Write("domains.txt", "throw.example\n")), limits);

        Assert.Empty(
            (await HandleAsync(Request("ada@throw.example", "subscribe", AuthenticatedFor("throw.example")))).Actions);
        Assert.Single(
            (await HandleAsync(Request("bo@shop.example", "subscribe", AuthenticatedFor("shop.example")))).Actions);
        Assert.Empty(
            (await HandleAsync(Request("bo+1@shop.example", "subscribe", AuthenticatedFor("shop.example")))).Actions);
        Assert.Equal(1, await CountAsync("subscribers"));
    }

    [Fact]
    public async Task SubscribeRequestFromASharedMailboxIsAnswered() => Assert.Single(
        (await HandleAsync(Request("info@shop.example", "subscribe", AuthenticatedFor("shop.example")))).Actions);

    [Theory]
    [InlineData("")]
    [InlineData("Auto-Submitted: auto-generated\n")]
    [InlineData("Precedence: bulk\n")]
    [InlineData("List-Id: <news.shop.example>\n")]
    [InlineData("Return-Path: <>\n")]
    public async Task NothingIsSentToMachinesListsOrForgedSenders(string header)
    {
        var results = header.Length == 0 ? "mx.papers.example.org; dmarc=fail header.from=shop.example"
            : "mx.papers.example.org; dmarc=pass header.from=shop.example";

        await HandleAsync(header + Request("bo@shop.example", "subscribe", results));

        Assert.Equal((0, 0), (await CountAsync("deliveries"), await CountAsync("subscribers")));
    }
}

public sealed class MailRequestsOnSqlite() : MailRequestTests(new SqliteFixture());

public sealed class MailRequestsOnPostgreSql() : MailRequestTests(new PostgreSqlFixture());
