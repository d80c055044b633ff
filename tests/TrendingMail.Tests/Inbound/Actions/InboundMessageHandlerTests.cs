using TrendingMail.Delivery.History;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Actions;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound.Actions;

public abstract class InboundMessageHandlerTests(DatabaseFixture fixture) : InboundHandlerTestBase(fixture)
{
    [Fact]
    public async Task HardBounceToTheReturnPathSuppressesImmediatelyAndIsRecorded()
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();

        var result = await HandleAsync(Bounce(ReturnPaths.For(delivery), "550 5.1.1 user unknown", "5.1.1"));

        Assert.Equal([("a…@shop.example", InboundAction.Suppressed)], result.Actions);
        var suppression = await Suppressions.FindAsync(Address(Ada), Stop);
        Assert.Equal((SuppressionReason.HardBounce, delivery), (suppression!.Reason, suppression.DeliveryId));
        Assert.Equal(ConsentKind.Bounced, (await Subscribers.ListConsentEventsAsync(subscriber.Id, Stop))[^1].Kind);
        var trace = await new SubscriberTrace(Database, new DeliveryEvents(Database)).LoadAsync(
            subscriber.Id, null, Stop);
        Assert.Contains(trace, entry => entry.What == "inbound: suppressed" &&
            entry.Detail.Contains("user unknown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DuplicateMessageIsHandledOnce()
    {
        var (_, delivery) = await AddSubscriberWithDeliveryAsync();
        var bounce = Bounce(ReturnPaths.For(delivery), "552 5.2.2 mailbox full", "5.2.2");
        await HandleAsync(bounce);

        var again = await HandleAsync(
            $"Delivered-To: bounces@papers.example.org\nReceived: from elsewhere\n{bounce}".ReplaceLineEndings("\r\n"));

        Assert.False(again.IsNew);
        Assert.Equal((1, 1), (await CountAsync("inbound_messages"), await CountAsync("inbound_events")));
    }

    [Fact]
    public async Task ReturnPathIdentifiesTheSubscriberWhateverAddressIsReported()
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();
        await AddSubscriberAsync("bo@shop.example");

        await HandleAsync(
            Bounce(ReturnPaths.For(delivery), "550 5.1.1 user unknown", "5.1.1", reported: "bo@shop.example"));

        Assert.NotNull((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Null((await Subscribers.FindAsync(Address("bo@shop.example"), Stop))!.Suppression);
    }

    [Theory]
    [InlineData("bounces+1-k1-000000000000@papers.example.org")]
    [InlineData("bounces@papers.example.org")]
    public async Task UnverifiedHardBounceOnlyCountsAsSoftBounce(string to)
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await HandleAsync(Bounce(to, "550 5.1.1 user unknown", "5.1.1"));

        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Equal(1, await CountAsync("bounce_scores"));
    }

    [Fact]
    public async Task SoftBouncesCountOncePerDayAndSuppressAtTheLimit()
    {
        Options = Options with { SoftBounceLimit = 3 };
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();
        for (var day = 1; day <= 3; day++)
        {
            Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
            await HandleAsync(Bounce(ReturnPaths.For(delivery), $"552 5.2.2 mailbox full {day}a", "5.2.2"));
            await HandleAsync(Bounce(ReturnPaths.For(delivery), $"552 5.2.2 mailbox full {day}b", "5.2.2"));
            Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(SuppressionReason.SoftBounces, (await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Equal(0, await CountAsync("bounce_scores"));
    }

    /// <summary>Anyone can send reports: they may be counted, but the operator decides.</summary>
    [Fact]
    public async Task UnverifiedBouncesNeverSuppressHoweverManyCome()
    {
        Options = Options with { SoftBounceLimit = 3 };
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();
        for (var day = 1; day <= 10; day++)
        {
            await HandleAsync(Bounce("digest@papers.example.org", $"550 5.1.1 user unknown {day}", "5.1.1"));
            Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Equal(1, await CountAsync("alerts"));
    }

    [Fact]
    public async Task UnverifiedBouncesDoNotAddToVerifiedOnes()
    {
        Options = Options with { SoftBounceLimit = 3 };
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();
        for (var day = 1; day <= 3; day++)
        {
            await HandleAsync(Bounce("digest@papers.example.org", $"552 5.2.2 mailbox full {day}", "5.2.2"));
            Clock.Advance(TimeSpan.FromDays(1));
        }

        await HandleAsync(Bounce(ReturnPaths.For(delivery), "552 5.2.2 mailbox full", "5.2.2"));
        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);

        for (var day = 1; day <= 2; day++)
        {
            Clock.Advance(TimeSpan.FromDays(1));
            await HandleAsync(Bounce("digest@papers.example.org", $"552 5.2.2 mailbox full {day}b", "5.2.2"));
            await HandleAsync(Bounce(ReturnPaths.For(delivery), $"552 5.2.2 mailbox full {day}c", "5.2.2"));
        }

        Assert.Equal(SuppressionReason.SoftBounces, (await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
    }

    /// <summary>With the default settings there are no signed return paths.</summary>
    [Theory]
    [InlineData("550 5.1.1 user unknown", "5.1.1")]
    [InlineData("552 5.2.2 mailbox full", "5.2.2")]
    public async Task ForgedReportsSuppressNobodyWithoutABounceAddress(string diagnostic, string status)
    {
        BounceAddress = "";
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await HandleAsync(Bounce("digest@papers.example.org", diagnostic, status));
        await HandleAsync(Complaint($"To: {Ada}", "abuse"));
        await HandleAsync(SnsBounce("forged", "digest@papers.example.org"));

        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Equal(SubscriberState.Active, (await Subscribers.FindAsync(subscriber.Id, Stop))!.State);
        Assert.Equal(1, await CountAsync("bounce_scores"));
    }

    [Fact]
    public async Task ARejectionOfTheSenderThatIsGivenUpSaysNothingAboutTheSubscriber()
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();
        await MarkFailedAsync(
            delivery, "given up after 9 attempts; last problem: 550 5.1.1 sender address rejected: user unknown");

        await RejectionProcessor.ProcessAsync(Stop);

        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Equal(0, await CountAsync("bounce_scores"));
    }

    [Fact]
    public async Task DelayDoesNotCountAsBounce()
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();

        var result = await HandleAsync(
            Bounce(ReturnPaths.For(delivery), "450 4.2.2 mailbox full", "4.2.2", action: "delayed"));

        Assert.Equal(InboundAction.Noted, Assert.Single(result.Actions).Action);
        Assert.Equal(0, await CountAsync("bounce_scores"));
        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
    }

    [Theory]
    [InlineData("554 5.7.1 message rejected as spam")]
    [InlineData("550 5.7.1 your IP address is on our blocklist")]
    [InlineData("550 5.7.26 rejected by DMARC policy")]
    public async Task SenderLevelRejectionAffectsNoSubscriberAndAlertsTheOperatorOncePerDay(string diagnostic)
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();

        await HandleAsync(Bounce(ReturnPaths.For(delivery), diagnostic, "5.7.1"));
        await HandleAsync(Bounce(ReturnPaths.For(delivery), $"{diagnostic} again", "5.7.1"));

        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Equal((0, 1), (await CountAsync("bounce_scores"), await CountAsync("alerts")));
    }

    [Fact]
    public async Task ComplaintWithoutAnAddressSuppresses()
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();

        await HandleAsync(Complaint($"Return-Path: <{ReturnPaths.For(delivery)}>", "abuse"));

        Assert.Equal(SuppressionReason.Complaint, (await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Equal(ConsentKind.Complained, (await Subscribers.ListConsentEventsAsync(subscriber.Id, Stop))[^1].Kind);
    }

    [Fact]
    public async Task TokenInTheReturnedMessageIdentifiesTheComplainant()
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await HandleAsync(
            Complaint($"List-Unsubscribe: <https://papers.example.org/unsubscribe/{Token(subscriber)}>", "abuse"));

        Assert.Equal(SuppressionReason.Complaint, (await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
    }

    [Fact]
    public async Task UnverifiedComplaintIsLeftToTheOperator()
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        var result = await HandleAsync(Complaint($"To: {Ada}", "abuse"));

        Assert.Equal(InboundAction.Alerted, Assert.Single(result.Actions).Action);
        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Equal(1, await CountAsync("alerts"));
    }

    [Fact]
    public async Task BounceOfAFormerAddressDoesNotAffectTheCurrentOne()
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        await Database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO address_changes (subscriber_id, old_address, new_address, new_address_key, state, requested_at,
                settled_at)
            VALUES (@Id, @Address, 'ada@new.example', 'ada@new.example', 'completed', @now, @now)
            """, new { subscriber.Id, subscriber.Address, now = Clock.GetUtcNow() }), Stop);

        var hard = await HandleAsync(Bounce(ReturnPaths.For(delivery), "550 5.1.1 user unknown", "5.1.1"));
        var soft = await HandleAsync(Bounce(ReturnPaths.For(delivery), "552 5.2.2 mailbox full", "5.2.2"));

        Assert.Equal(
            [InboundAction.Noted, InboundAction.Noted], [.. hard.Actions.Concat(soft.Actions).Select(a => a.Action)]);
        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Equal(0, await CountAsync("bounce_scores"));
    }

    [Fact]
    public async Task AlertIsCommittedInTheSameTransactionAsTheMessage()
    {
        var (_, delivery) = await AddSubscriberWithDeliveryAsync();
        var rejection = Bounce(ReturnPaths.For(delivery), "554 5.7.1 message rejected as spam", "5.7.1");
        await Database.WriteAsync(session => session.ExecuteAsync("ALTER TABLE alerts RENAME TO alerts_away"), Stop);

        await Assert.ThrowsAnyAsync<Exception>(() => HandleAsync(rejection));
        await Database.WriteAsync(session => session.ExecuteAsync("ALTER TABLE alerts_away RENAME TO alerts"), Stop);
        Assert.Equal((0, 0), (await CountAsync("inbound_messages"), await CountAsync("inbound_events")));

        Assert.True((await HandleAsync(rejection)).IsNew);
        Assert.Equal((1, 1), (await CountAsync("inbound_messages"), await CountAsync("alerts")));
    }

    [Fact]
    public async Task MessageForTheOperatorStaysInTheMailboxWhenReadAgain()
    {
        await AddSubscriberWithDeliveryAsync();

        foreach (var (mail, needsOperator) in ((string, bool)[])
            [
                (Request(Ada, "unsubscribe"), true),
                (Complaint($"To: {Ada}", "abuse"), true),
                (Request(Ada, "Unsubscribe me", "mx.papers.example.org; dmarc=pass header.from=shop.example"), false),
            ])
        {
            Assert.Equal(needsOperator, (await HandleAsync(mail)).NeedsOperator);
            Assert.Equal(needsOperator, (await HandleAsync(mail)).NeedsOperator);
        }
    }

    [Fact]
    public async Task OperatorAlertsAreLimitedPerDay()
    {
        for (var i = 0; i < 30; i++)
        {
            await HandleAsync(Request($"reader{i}@shop.example", $"unsubscribe {new string('x', 20 + i)}"));
        }

        Assert.Equal(20, await CountAsync("alerts"));
        Clock.Advance(TimeSpan.FromDays(1));
        await HandleAsync(Request("one@shop.example", "unsubscribe me once more"));
        Assert.Equal(21, await CountAsync("alerts"));
    }

    [Fact]
    public async Task UndoRevertsActionsOneByOne()
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();
        var undo = new InboundUndo(Database, Store, Subscribers, Suppressions);

        await HandleAsync(Bounce(ReturnPaths.For(delivery), "552 5.2.2 mailbox full", "5.2.2"));
        Assert.Equal(new UndoResult.Undone(InboundAction.Scored), await undo.UndoAsync(Address(Ada), Stop));
        Assert.Equal(0, await CountAsync("bounce_scores"));

        await HandleAsync(Request("someone@else.example", $"unsubscribe {Token(subscriber)}"));
        Assert.Equal(new UndoResult.Undone(InboundAction.Unsubscribed), await undo.UndoAsync(Address(Ada), Stop));
        Assert.Equal(SubscriberState.Active, (await Subscribers.FindAsync(subscriber.Id, Stop))!.State);
        Assert.IsType<UndoResult.NothingToUndo>(await undo.UndoAsync(Address(Ada), Stop));
        Assert.IsType<UndoResult.UnknownSubscriber>(await undo.UndoAsync(Address("nobody@shop.example"), Stop));
    }

    [Fact]
    public async Task UndoDoesNotOverrideALaterDecisionOfTheSubscriber()
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();
        await HandleAsync(Request("someone@else.example", $"unsubscribe {Token(subscriber)}"));
        await Database.WriteAsync(session =>
            Subscribers.RecordConsentAsync(session, subscriber.Id, ConsentKind.Unsubscribed,
                new ConsentOrigin("web", null)), Stop);

        Assert.IsType<UndoResult.NothingToUndo>(
            await new InboundUndo(Database, Store, Subscribers, Suppressions).UndoAsync(Address(Ada), Stop));
        Assert.Equal(SubscriberState.Unsubscribed, (await Subscribers.FindAsync(subscriber.Id, Stop))!.State);
    }

    [Fact]
    public async Task EventMailedBySnsIsUnverifiedWithoutOurReturnPath()
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();

        await HandleAsync(SnsBounce("f1", "digest@papers.example.org"));
        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Equal(1, await CountAsync("bounce_scores"));

        await HandleAsync(SnsBounce("f2", ReturnPaths.For(delivery)));
        Assert.Equal(SuppressionReason.HardBounce, (await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
    }

    [Fact]
    public async Task AuthenticationFailureReportIsOnlyRecorded()
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();

        await HandleAsync(Complaint($"Return-Path: <{ReturnPaths.For(delivery)}>", "auth-failure"));

        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
    }

    [Theory]
    [InlineData("550 5.1.1 <ada.lund@shop.example>: Recipient address rejected: User unknown",
        SuppressionReason.HardBounce)]
    [InlineData("452 4.2.2 Mailbox full", null)]
    [InlineData("554 5.7.1 Spam", null)]
    public async Task SmtpRejectionFollowsTheSameRules(string reply, SuppressionReason? expected)
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();
        await MarkFailedAsync(delivery, reply);
        var smtpRejectionProcessor = RejectionProcessor;

        Assert.Equal(1, await smtpRejectionProcessor.ProcessAsync(Stop));
        Assert.Equal(0, await smtpRejectionProcessor.ProcessAsync(Stop));

        Assert.Equal(expected, (await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
        Assert.Equal(1, await CountAsync("inbound_events"));
    }

    [Fact]
    public async Task LaterDeliveryClearsTheScoreOnceABounceIsNoLongerExpected()
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();
        await HandleAsync(Bounce(ReturnPaths.For(delivery), "552 5.2.2 mailbox full", "5.2.2"));
        Clock.Advance(TimeSpan.FromDays(1));
        await MarkSentAsync(delivery);
        var smtpRejectionProcessor = RejectionProcessor;

        Clock.Advance(TimeSpan.FromDays(2));
        await smtpRejectionProcessor.ProcessAsync(Stop);
        Assert.Equal(1, await CountAsync("bounce_scores"));

        Clock.Advance(TimeSpan.FromDays(2));
        await smtpRejectionProcessor.ProcessAsync(Stop);
        Assert.Equal(0, await CountAsync("bounce_scores"));
        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
    }
}

public sealed class InboundMessageHandlerOnSqlite() : InboundMessageHandlerTests(new SqliteFixture());

public sealed class InboundMessageHandlerOnPostgreSql() : InboundMessageHandlerTests(new PostgreSqlFixture());
