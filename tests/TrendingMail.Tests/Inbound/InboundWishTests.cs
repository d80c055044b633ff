using TrendingMail.Inbound;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound;

/// <summary>What readers ask for by mail.</summary>
public abstract class InboundWishTests(DatabaseFixture fixture) : InboundDeskBook(fixture)
{
    [Fact]
    public async Task ATokenThatWasRevokedUnsubscribesNobody()
    {
        var (reader, _) = await SentAsync();
        var token = Token(reader);
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE subscribers SET link_epoch = link_epoch + 1"), Stop);

        await ComesAsync(Wish("someone@else.example", $"unsubscribe {token}"));

        Assert.Equal(SubscriberState.Active, (await Subscribers.FindAsync(reader.Id, Stop))!.State);
    }

    /// <summary>
    /// Were the alert raised afterwards, a crash between would lose it: the mail is not looked at again.
    /// </summary>
    [Theory]
    [InlineData("", 1)]
    [InlineData("Auto-Submitted: auto-replied\n", 0)]
    [InlineData("Return-Path: <>\n", 0)]
    public async Task AGoodbyeAnswersPeopleAndNoMachine(string header, int goodbyes)
    {
        var (reader, _) = await SentAsync();
        var before = await CountAsync("deliveries");

        await ComesAsync(header + Wish(Ada, "unsubscribe", "mx.papers.example.org; dmarc=pass header.from=shop.example"));

        Assert.Equal(SubscriberState.Unsubscribed, (await Subscribers.FindAsync(reader.Id, Stop))!.State);
        Assert.Equal(before + goodbyes, await CountAsync("deliveries"));
    }

    [Fact]
    public async Task AnAddressIsAnsweredOnceADayWhateverItAsks()
    {
        const string Genuine = "mx.papers.example.org; dmarc=pass header.from=shop.example";
        await SentAsync();
        await ComesAsync(Wish(Ada, "subscribe", Genuine));
        var before = await CountAsync("deliveries");

        await ComesAsync(Wish(Ada, "unsubscribe", Genuine));

        Assert.Equal(before, await CountAsync("deliveries"));
    }

    [Fact]
    public async Task TheTokenInAnUnsubscribeMailIsEnoughWhoeverSendsIt()
    {
        var (reader, _) = await SentAsync();

        await ComesAsync(Wish("someone@else.example", $"unsubscribe {Token(reader)}"));

        Assert.Equal(SubscriberState.Unsubscribed, (await Subscribers.FindAsync(reader.Id, Stop))!.State);
    }

    [Fact]
    public async Task WithoutATokenTheSenderMustBeGenuine()
    {
        var (reader, _) = await SentAsync();

        await ComesAsync(Wish(Ada, "unsubscribe", "mx.papers.example.org; spf=pass smtp.mailfrom=evil.example"));
        await ComesAsync(Wish(Ada, "Unsubscribe", "mx.elsewhere.example; dmarc=pass header.from=shop.example"));
        Assert.Equal(SubscriberState.Active, (await Subscribers.FindAsync(reader.Id, Stop))!.State);
        Assert.Equal(2, await CountAsync("alerts"));

        await ComesAsync(Wish(Ada, "Bitte abmelden", "mx.papers.example.org; dmarc=pass header.from=shop.example"));
        Assert.Equal(SubscriberState.Unsubscribed, (await Subscribers.FindAsync(reader.Id, Stop))!.State);
    }

    [Fact]
    public async Task ASubscribeMailIsAnsweredWithAConfirmationOnceADay()
    {
        var first = await ComesAsync(Wish("bo@shop.example", "subscribe", GenuineFor("shop.example")));
        Clock.Advance(TimeSpan.FromHours(12));
        var second = await ComesAsync(Wish("bo@shop.example", "Subscribe", GenuineFor("shop.example")));

        Assert.Equal(Consequence.Answered, Assert.Single(first.Actions).Action);
        Assert.Empty(second.Actions);
        Assert.Equal(SubscriberState.Pending, (await Subscribers.FindAsync(Address("bo@shop.example"), Stop))!.State);
        Assert.Equal(1, await CountAsync("deliveries"));
    }

    [Fact]
    public async Task ASubscribeMailIsHeldToTheRulesOfTheForm()
    {
        using var folder = new TemporaryFolder();
        using var limits = new TargetLimits(new SecurityOptions { RateLimits = new RateLimitOptions { SignUpsPerDomain = 1 } }, Limits);
        Gate = new AddressGate(DisposableDomains.Load(folder.Write("domains.txt", "throw.example\n")), limits);

        Assert.Empty((await ComesAsync(Wish("ada@throw.example", "subscribe", GenuineFor("throw.example")))).Actions);
        Assert.Single((await ComesAsync(Wish("bo@shop.example", "subscribe", GenuineFor("shop.example")))).Actions);
        Assert.Empty((await ComesAsync(Wish("cy@shop.example", "subscribe", GenuineFor("shop.example")))).Actions);
        Assert.Equal(1, await CountAsync("subscribers"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Auto-Submitted: auto-generated\n")]
    [InlineData("Precedence: bulk\n")]
    [InlineData("List-Id: <news.shop.example>\n")]
    [InlineData("Return-Path: <>\n")]
    public async Task NothingIsSentToMachinesListsAndForgers(string header)
    {
        var genuine = header.Length == 0 ? "mx.papers.example.org; dmarc=fail header.from=shop.example" : "mx.papers.example.org; dmarc=pass header.from=shop.example";

        await ComesAsync(header + Wish("bo@shop.example", "subscribe", genuine));

        Assert.Equal((0, 0), (await CountAsync("deliveries"), await CountAsync("subscribers")));
    }
}

public sealed class InboundWishOnSqlite() : InboundWishTests(new SqliteFixture());

public sealed class InboundWishOnPostgreSql() : InboundWishTests(new PostgreSqlFixture());
