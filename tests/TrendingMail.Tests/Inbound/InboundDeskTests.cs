using TrendingMail.Delivery;
using TrendingMail.Inbound;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound;

public abstract class InboundDeskTests(DatabaseFixture fixture) : InboundDeskBook(fixture)
{
    [Fact]
    public async Task AHardBounceToTheReturnPathSuppressesAtOnceAndIsWrittenDown()
    {
        var (reader, delivery) = await SentAsync();

        var result = await ComesAsync(Bounce(Paths.For(delivery), "550 5.1.1 user unknown", "5.1.1"));

        Assert.Equal([("a…@shop.example", Consequence.Suppressed)], result.Actions);
        var suppression = await Suppressions.FindAsync(Address(Ada), Stop);
        Assert.Equal((SuppressionReason.HardBounce, delivery), (suppression!.Reason, suppression.DeliveryId));
        Assert.Equal(ConsentKind.Bounced, (await Subscribers.ConsentHistoryAsync(reader.Id, Stop))[^1].Kind);
        var trace = await new ReaderTrace(Database, new DeliveryEvents(Database)).OfAsync(reader.Id, null, Stop);
        Assert.Contains(trace, entry => entry.What == "came back: suppressed" && entry.Detail.Contains("user unknown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheSameMessageActsOnceHoweverItIsFetched()
    {
        var (_, delivery) = await SentAsync();
        var bounce = Bounce(Paths.For(delivery), "552 5.2.2 mailbox full", "5.2.2");
        await ComesAsync(bounce);

        var again = await ComesAsync($"Delivered-To: bounces@papers.example.org\nReceived: from elsewhere\n{bounce}".ReplaceLineEndings("\r\n"));

        Assert.False(again.IsNew);
        Assert.Equal((1, 1), (await CountAsync("inbound_messages"), await CountAsync("inbound_events")));
    }

    [Fact]
    public async Task TheReturnPathSaysWhomABounceConcernsWhateverItReports()
    {
        var (reader, delivery) = await SentAsync();
        await AddReaderAsync("bo@shop.example");

        await ComesAsync(Bounce(Paths.For(delivery), "550 5.1.1 user unknown", "5.1.1", reported: "bo@shop.example"));

        Assert.NotNull((await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
        Assert.Null((await Subscribers.FindAsync(Address("bo@shop.example"), Stop))!.Suppression);
    }

    [Theory]
    [InlineData("bounces+1-k1-000000000000@papers.example.org")]
    [InlineData("bounces@papers.example.org")]
    public async Task ABounceThatAnyoneCouldHaveMadeUpSuppressesNobodyAtOnce(string to)
    {
        var (reader, _) = await SentAsync();

        await ComesAsync(Bounce(to, "550 5.1.1 user unknown", "5.1.1"));

        Assert.Null((await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
        Assert.Equal(1, await CountAsync("bounce_scores"));
    }

    [Fact]
    public async Task SoftBouncesCountOneADayAndSuppressAtTheLimit()
    {
        Options = Options with { SoftBounceLimit = 3 };
        var (reader, delivery) = await SentAsync();
        for (var day = 1; day <= 3; day++)
        {
            Assert.Null((await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
            await ComesAsync(Bounce(Paths.For(delivery), $"552 5.2.2 mailbox full {day}a", "5.2.2"));
            await ComesAsync(Bounce(Paths.For(delivery), $"552 5.2.2 mailbox full {day}b", "5.2.2"));
            Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(SuppressionReason.SoftBounces, (await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
        Assert.Equal(0, await CountAsync("bounce_scores"));
    }

    [Fact]
    public async Task ADelayIsNoBounce()
    {
        var (reader, delivery) = await SentAsync();

        var result = await ComesAsync(Bounce(Paths.For(delivery), "450 4.2.2 mailbox full", "4.2.2", action: "delayed"));

        Assert.Equal(Consequence.Noted, Assert.Single(result.Actions).Action);
        Assert.Equal(0, await CountAsync("bounce_scores"));
        Assert.Null((await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
    }

    [Theory]
    [InlineData("554 5.7.1 message rejected as spam")]
    [InlineData("550 5.7.1 your IP address is on our blocklist")]
    [InlineData("550 5.7.26 rejected by DMARC policy")]
    public async Task RefusalsThatAreAboutUsTouchNoReaderAndTellTheOperatorOnceADay(string words)
    {
        var (reader, delivery) = await SentAsync();

        await ComesAsync(Bounce(Paths.For(delivery), words, "5.7.1"));
        await ComesAsync(Bounce(Paths.For(delivery), $"{words} again", "5.7.1"));

        Assert.Null((await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
        Assert.Equal((0, 1), (await CountAsync("bounce_scores"), await CountAsync("alerts")));
    }

    [Fact]
    public async Task AComplaintSuppressesForGoodAlsoWithoutAnyAddress()
    {
        var (reader, delivery) = await SentAsync();

        await ComesAsync(Complaint($"Return-Path: <{Paths.For(delivery)}>", "abuse"));

        Assert.Equal(SuppressionReason.Complaint, (await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
        Assert.Equal(ConsentKind.Complained, (await Subscribers.ConsentHistoryAsync(reader.Id, Stop))[^1].Kind);
    }

    [Fact]
    public async Task TheTokenInTheReturnedMailSaysWhoComplains()
    {
        var (reader, _) = await SentAsync();

        await ComesAsync(Complaint($"List-Unsubscribe: <https://papers.example.org/unsubscribe/{Token(reader)}>", "abuse"));

        Assert.Equal(SuppressionReason.Complaint, (await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
    }

    [Fact]
    public async Task AComplaintThatAnyoneCouldHaveMadeUpIsLeftToTheOperator()
    {
        var (reader, _) = await SentAsync();

        var result = await ComesAsync(Complaint($"To: {Ada}", "abuse"));

        Assert.Equal(Consequence.Alerted, Assert.Single(result.Actions).Action);
        Assert.Null((await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
        Assert.Equal(1, await CountAsync("alerts"));
    }

    [Fact]
    public async Task WhatComesBackOfAnAddressThatTheReaderHasLeftSaysNothingOfTheNewOne()
    {
        var (reader, delivery) = await SentAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        await Database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO address_changes (subscriber_id, old_address, new_address, new_address_key, state, asked_at, settled_at)
            VALUES (@Id, @Address, 'ada@new.example', 'ada@new.example', 'moved', @now, @now)
            """, new { reader.Id, reader.Address, now = Clock.GetUtcNow() }), Stop);

        var hard = await ComesAsync(Bounce(Paths.For(delivery), "550 5.1.1 user unknown", "5.1.1"));
        var soft = await ComesAsync(Bounce(Paths.For(delivery), "552 5.2.2 mailbox full", "5.2.2"));

        Assert.Equal([Consequence.Noted, Consequence.Noted], [.. hard.Actions.Concat(soft.Actions).Select(a => a.Action)]);
        Assert.Null((await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
        Assert.Equal(0, await CountAsync("bounce_scores"));
    }

    [Fact]
    public async Task WhatTheOperatorIsToldIsWrittenWithWhatItTellsOfOrNeitherIs()
    {
        var (_, delivery) = await SentAsync();
        var refused = Bounce(Paths.For(delivery), "554 5.7.1 message rejected as spam", "5.7.1");
        await Database.WriteAsync(session => session.ExecuteAsync("ALTER TABLE alerts RENAME TO alerts_away"), Stop);

        await Assert.ThrowsAnyAsync<Exception>(() => ComesAsync(refused));
        await Database.WriteAsync(session => session.ExecuteAsync("ALTER TABLE alerts_away RENAME TO alerts"), Stop);
        Assert.Equal((0, 0), (await CountAsync("inbound_messages"), await CountAsync("inbound_events")));

        Assert.True((await ComesAsync(refused)).IsNew);
        Assert.Equal((1, 1), (await CountAsync("inbound_messages"), await CountAsync("alerts")));
    }

    [Fact]
    public async Task WhatIsLeftToTheOperatorStaysWhereItIsHoweverOftenItIsSeen()
    {
        await SentAsync();

        foreach (var (mail, isForOperator) in ((string, bool)[])
            [
                (Wish(Ada, "unsubscribe"), true),
                (Complaint($"To: {Ada}", "abuse"), true),
                (Wish(Ada, "Unsubscribe me", "mx.papers.example.org; dmarc=pass header.from=shop.example"), false),
            ])
        {
            Assert.Equal(isForOperator, (await ComesAsync(mail)).IsForOperator);
            Assert.Equal(isForOperator, (await ComesAsync(mail)).IsForOperator);
        }
    }

    [Fact]
    public async Task WhoeverWritesVeryOftenDoesNotFillTheOperatorsMailbox()
    {
        for (var i = 0; i < 30; i++)
        {
            await ComesAsync(Wish($"reader{i}@shop.example", $"unsubscribe {new string('x', i)}"));
        }

        Assert.Equal(20, await CountAsync("alerts"));
        Clock.Advance(TimeSpan.FromDays(1));
        await ComesAsync(Wish("one@shop.example", "unsubscribe once more"));
        Assert.Equal(21, await CountAsync("alerts"));
    }

    [Fact]
    public async Task AnOperatorTakesBackWhatAMailDidOneByOne()
    {
        var (reader, delivery) = await SentAsync();
        var undo = new InboundUndo(Database, Book, Subscribers, Suppressions);

        await ComesAsync(Bounce(Paths.For(delivery), "552 5.2.2 mailbox full", "5.2.2"));
        Assert.Equal(Consequence.Scored, await undo.UndoAsync(reader, Stop));
        Assert.Equal(0, await CountAsync("bounce_scores"));

        await ComesAsync(Wish("someone@else.example", $"unsubscribe {Token(reader)}"));
        Assert.Equal(Consequence.Unsubscribed, await undo.UndoAsync(reader, Stop));
        Assert.Equal(SubscriberState.Active, (await Subscribers.FindAsync(reader.Id, Stop))!.State);
        Assert.Null(await undo.UndoAsync(reader, Stop));
    }

    [Fact]
    public async Task NobodyTakesBackWhatTheReaderSaidAfterwards()
    {
        var (reader, _) = await SentAsync();
        await ComesAsync(Wish("someone@else.example", $"unsubscribe {Token(reader)}"));
        await Database.WriteAsync(session =>
            Subscribers.RecordConsentAsync(session, reader.Id, ConsentKind.Unsubscribed, new Origin("web", null)), Stop);

        Assert.Null(await new InboundUndo(Database, Book, Subscribers, Suppressions).UndoAsync(reader, Stop));
        Assert.Equal(SubscriberState.Unsubscribed, (await Subscribers.FindAsync(reader.Id, Stop))!.State);
    }

    [Fact]
    public async Task AnEventThatSnsMailsIsNotVouchedForUnlessItHasOurReturnPath()
    {
        var (reader, delivery) = await SentAsync();

        await ComesAsync(OfSns("f1", "digest@papers.example.org"));
        Assert.Null((await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
        Assert.Equal(1, await CountAsync("bounce_scores"));

        await ComesAsync(OfSns("f2", Paths.For(delivery)));
        Assert.Equal(SuppressionReason.HardBounce, (await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
    }

    [Fact]
    public async Task AReportOnAuthenticationIsOnlyNoted()
    {
        var (reader, delivery) = await SentAsync();

        await ComesAsync(Complaint($"Return-Path: <{Paths.For(delivery)}>", "auth-failure"));

        Assert.Null((await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
    }

    [Theory]
    [InlineData("550 5.1.1 <ada.lund@shop.example>: Recipient address rejected: User unknown", SuppressionReason.HardBounce)]
    [InlineData("452 4.2.2 Mailbox full", null)]
    [InlineData("554 5.7.1 Spam", null)]
    public async Task WhatAServerSaysAtOnceGoesByTheSameRules(string reply, SuppressionReason? expected)
    {
        var (reader, delivery) = await SentAsync();
        await FailAsync(delivery, reply);
        var refusals = Refusals;

        Assert.Equal(1, await refusals.HandleAsync(Stop));
        Assert.Equal(0, await refusals.HandleAsync(Stop));

        Assert.Equal(expected, (await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
        Assert.Equal(1, await CountAsync("inbound_events"));
    }

    [Fact]
    public async Task AMailThatArrivedResetsTheScoreOnceItWouldHaveComeBack()
    {
        var (reader, delivery) = await SentAsync();
        await ComesAsync(Bounce(Paths.For(delivery), "552 5.2.2 mailbox full", "5.2.2"));
        Clock.Advance(TimeSpan.FromDays(1));
        await SendAgainAsync(delivery);
        var refusals = Refusals;

        Clock.Advance(TimeSpan.FromDays(2));
        await refusals.HandleAsync(Stop);
        Assert.Equal(1, await CountAsync("bounce_scores"));

        Clock.Advance(TimeSpan.FromDays(2));
        await refusals.HandleAsync(Stop);
        Assert.Equal(0, await CountAsync("bounce_scores"));
        Assert.Null((await Subscribers.FindAsync(reader.Id, Stop))!.Suppression);
    }
}

public sealed class InboundDeskOnSqlite() : InboundDeskTests(new SqliteFixture());

public sealed class InboundDeskOnPostgreSql() : InboundDeskTests(new PostgreSqlFixture());
