using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

/// <summary>Unsubscribing, being unsubscribed by someone else, and undoing it.</summary>
public abstract class UnsubscribingTests(DatabaseFixture fixture) : SignUpScenario(fixture)
{
    [Fact]
    public async Task ReportingANewRequestKeepsTheAddressUnsubscribedAndInvalidatesTheLink()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);
        await SignUp.UnsubscribeAsync(subscriber.Id, ConsentOrigin.Command, Stop);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await RequestAsync();

        await SignUp.ReportNotMeAsync(
            new LinkToken(LinkPurpose.ReportNotMe, subscriber.Id, 0, Morning.AddMinutes(1)), Web, Stop);

        var rejected = Assert.IsType<ConfirmResult.Rejected>(await ConfirmAsync(Morning.AddMinutes(1)));
        Assert.Contains("someone else", rejected.Reason, StringComparison.Ordinal);
        Assert.Equal([ConsentKind.Added, ConsentKind.Unsubscribed, ConsentKind.Requested, ConsentKind.Disputed],
            (await HistoryAsync()).Select(e => e.Kind));
    }

    [Fact]
    public async Task UnsubscribingIsIdempotent()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);

        Assert.True(await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop));
        var left = await SnapshotAsync();
        Assert.True(await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop));

        Assert.Equal(left, await SnapshotAsync());
        var gone = await FindSubscriberAsync();
        Assert.Equal((SubscriberState.Unsubscribed, null), (gone.State, gone.NextDueAt));
        Assert.Equal([ConsentKind.Added, ConsentKind.Unsubscribed], (await HistoryAsync()).Select(e => e.Kind));
    }

    [Theory]
    [InlineData("web", 1)]
    [InlineData("one-click", 1)]
    [InlineData("mail", 1)]
    [InlineData("command", 0)]
    [InlineData("complaint", 0)]
    public async Task AGoodbyeIsSentOnlyAfterUnsubscribingByLinkOrMail(string origin, int goodbyes)
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);

        await SignUp.UnsubscribeAsync(subscriber.Id, new ConsentOrigin(origin, null), Stop);

        Assert.Equal(goodbyes, (await MailsAsync()).Count(kind => kind == "goodbye"));
    }

    [Fact]
    public async Task TheGoodbyeLinkUndoesTheUnsubscription()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value, new Preferences { Papers = 33 });
        await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);
        Clock.Advance(TimeSpan.FromDays(2));

        Assert.IsType<ConfirmResult.Confirmed>(await UndoUnsubscribeAsync(Morning));
        Assert.IsType<ConfirmResult.AlreadyActive>(await UndoUnsubscribeAsync(Morning));

        var back = await FindSubscriberAsync();
        Assert.Equal((SubscriberState.Active, 33), (back.State, back.Preferences.Papers));
        Assert.Equal(["welcome", "goodbye"], await MailsAsync());
        Assert.Equal([ConsentKind.Added, ConsentKind.Unsubscribed, ConsentKind.Resubscribed],
            (await HistoryAsync()).Select(e => e.Kind));
    }

    [Fact]
    public async Task AGoodbyeLinkUndoesOnlyItsOwnUnsubscription()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);
        await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);
        await UndoUnsubscribeAsync(Morning);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);

        Assert.IsType<ConfirmResult.Rejected>(await UndoUnsubscribeAsync(Morning));

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync()).State);
    }

    [Fact]
    public async Task RepeatedUnsubscriptionsSendOneGoodbyeADay()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);
        for (var i = 0; i < 5; i++)
        {
            await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);
            await UndoUnsubscribeAsync(Clock.GetUtcNow());
            Clock.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Single(await MailsAsync(), kind => kind == "goodbye");
    }

    [Fact]
    public async Task UnsubscribingAnUnknownSubscriberReturnsFalse() =>
        Assert.False(await SignUp.UnsubscribeAsync(42, Web, Stop));

    [Fact]
    public async Task AnOldConfirmationDoesNotUndoALaterUnsubscription()
    {
        await RequestAsync();
        await ConfirmAsync(Morning);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SignUp.UnsubscribeAsync((await FindSubscriberAsync()).Id, Web, Stop);

        var rejected = Assert.IsType<ConfirmResult.Rejected>(await ConfirmAsync(Morning));

        Assert.Contains("unsubscribed since", rejected.Reason, StringComparison.Ordinal);
        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync()).State);
    }

    [Fact]
    public async Task ANewRequestAfterUnsubscribingNeedsANewConfirmation()
    {
        await RequestAsync();
        await ConfirmAsync(Morning);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SignUp.UnsubscribeAsync((await FindSubscriberAsync()).Id, Web, Stop);
        await RequestAsync();

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync()).State);
        Assert.Equal(["confirmation", "welcome", "goodbye", "confirmation"], await MailsAsync());
        Assert.IsType<ConfirmResult.Rejected>(await ConfirmAsync(Morning));
        Assert.IsType<ConfirmResult.Confirmed>(await ConfirmAsync(Morning.AddMinutes(1)));
    }

    [Fact]
    public async Task ALinkRequestedInTheSameSecondAsTheUnsubscriptionWorks()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        await RequestAsync();

        Assert.IsType<ConfirmResult.Confirmed>(await ConfirmAsync(Morning));
    }

    [Fact]
    public async Task AnOperatorCannotUndoAnOptOut()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);
        await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);
        var before = await SnapshotAsync();

        Assert.False(await SignUp.AddConfirmedAsync(Ada, new Preferences(), ConsentOrigin.Command, Stop));

        Assert.Equal(before, await SnapshotAsync());
    }
}

public sealed class UnsubscribingOnSqlite() : UnsubscribingTests(new SqliteFixture());

public sealed class UnsubscribingOnPostgreSql() : UnsubscribingTests(new PostgreSqlFixture());
