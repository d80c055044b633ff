using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

/// <summary>Leaving, being left out by someone else, and coming back.</summary>
public abstract class LeavingTests(DatabaseFixture fixture) : SignUpStory(fixture)
{
    [Fact]
    public async Task WhoLeftAndDisownsANewRequestStaysAwayAndItsLinkIsVoid()
    {
        var reader = await AddReaderAsync(Ada.Value);
        await SignUp.UnsubscribeAsync(reader.Id, Origin.Command, Stop);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await RequestAsync();

        await SignUp.DisownAsync(new LinkToken(LinkPurpose.Disown, reader.Id, 0, Morning.AddMinutes(1)), Web, Stop);

        var refused = Assert.IsType<ConfirmResult.Refused>(await ConfirmAsync(Morning.AddMinutes(1)));
        Assert.Contains("someone else", refused.Reason, StringComparison.Ordinal);
        Assert.Equal([ConsentKind.Added, ConsentKind.Unsubscribed, ConsentKind.Requested, ConsentKind.Disowned],
            (await HistoryAsync()).Select(e => e.Kind));
    }

    [Fact]
    public async Task UnsubscribingTakesEffectOnceAndIsSafeToRepeat()
    {
        var reader = await AddReaderAsync(Ada.Value);

        Assert.True(await SignUp.UnsubscribeAsync(reader.Id, Web, Stop));
        var left = await EverythingAsync();
        Assert.True(await SignUp.UnsubscribeAsync(reader.Id, Web, Stop));

        Assert.Equal(left, await EverythingAsync());
        var gone = await ReaderAsync();
        Assert.Equal((SubscriberState.Unsubscribed, null), (gone.State, gone.NextDueAt));
        Assert.Equal([ConsentKind.Added, ConsentKind.Unsubscribed], (await HistoryAsync()).Select(e => e.Kind));
    }

    [Theory]
    [InlineData("web", 1)]
    [InlineData("one-click", 1)]
    [InlineData("mail", 1)]
    [InlineData("command", 0)]
    [InlineData("complaint", 0)]
    public async Task WhoLeavesByALinkIsToldOnceAndNobodyElse(string origin, int goodbyes)
    {
        var reader = await AddReaderAsync(Ada.Value);

        await SignUp.UnsubscribeAsync(reader.Id, new Origin(origin, null), Stop);

        Assert.Equal(goodbyes, (await MailsAsync()).Count(kind => kind == "goodbye"));
    }

    [Fact]
    public async Task WhoWasUnsubscribedBySomeoneElseComesBackByTheGoodbye()
    {
        var reader = await AddReaderAsync(Ada.Value, new Preferences { Papers = 33 });
        await SignUp.UnsubscribeAsync(reader.Id, Web, Stop);
        Clock.Advance(TimeSpan.FromDays(2));

        Assert.IsType<ConfirmResult.Confirmed>(await ReturnAsync(Morning));
        Assert.IsType<ConfirmResult.AlreadyActive>(await ReturnAsync(Morning));

        var back = await ReaderAsync();
        Assert.Equal((SubscriberState.Active, 33), (back.State, back.Preferences.Papers));
        Assert.Equal(["welcome", "goodbye"], await MailsAsync());
        Assert.Equal([ConsentKind.Added, ConsentKind.Unsubscribed, ConsentKind.Returned], (await HistoryAsync()).Select(e => e.Kind));
    }

    [Fact]
    public async Task AGoodbyeTakesBackItsOwnLeavingOnly()
    {
        var reader = await AddReaderAsync(Ada.Value);
        await SignUp.UnsubscribeAsync(reader.Id, Web, Stop);
        await ReturnAsync(Morning);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SignUp.UnsubscribeAsync(reader.Id, Web, Stop);

        Assert.IsType<ConfirmResult.Refused>(await ReturnAsync(Morning));

        Assert.Equal(SubscriberState.Unsubscribed, (await ReaderAsync()).State);
    }

    [Fact]
    public async Task LeavingAndComingBackOverAndOverIsNotMailedOverAndOver()
    {
        var reader = await AddReaderAsync(Ada.Value);
        for (var i = 0; i < 5; i++)
        {
            await SignUp.UnsubscribeAsync(reader.Id, Web, Stop);
            await ReturnAsync(Clock.GetUtcNow());
            Clock.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Single(await MailsAsync(), kind => kind == "goodbye");
    }

    [Fact]
    public async Task UnsubscribingNobodyIsTold() => Assert.False(await SignUp.UnsubscribeAsync(42, Web, Stop));

    [Fact]
    public async Task AnOldConfirmationDoesNotBringBackSomeoneWhoLeft()
    {
        await RequestAsync();
        await ConfirmAsync(Morning);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SignUp.UnsubscribeAsync((await ReaderAsync()).Id, Web, Stop);

        var refused = Assert.IsType<ConfirmResult.Refused>(await ConfirmAsync(Morning));

        Assert.Contains("unsubscribed since", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(SubscriberState.Unsubscribed, (await ReaderAsync()).State);
    }

    [Fact]
    public async Task SomeoneWhoLeftAndAsksAgainIsAskedToConfirmAgain()
    {
        await RequestAsync();
        await ConfirmAsync(Morning);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SignUp.UnsubscribeAsync((await ReaderAsync()).Id, Web, Stop);
        await RequestAsync();

        Assert.Equal(SubscriberState.Unsubscribed, (await ReaderAsync()).State);
        Assert.Equal(["confirmation", "welcome", "goodbye", "confirmation"], await MailsAsync());
        Assert.IsType<ConfirmResult.Refused>(await ConfirmAsync(Morning));
        Assert.IsType<ConfirmResult.Confirmed>(await ConfirmAsync(Morning.AddMinutes(1)));
    }

    [Fact]
    public async Task ALinkOfTheSecondInWhichSomeoneLeftWorksWhereItWasAskedForAfterwards()
    {
        var reader = await AddReaderAsync(Ada.Value);
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        await SignUp.UnsubscribeAsync(reader.Id, Web, Stop);
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        await RequestAsync();

        Assert.IsType<ConfirmResult.Confirmed>(await ConfirmAsync(Morning));
    }

    [Fact]
    public async Task AnOperatorCannotUndoAnOptOut()
    {
        var reader = await AddReaderAsync(Ada.Value);
        await SignUp.UnsubscribeAsync(reader.Id, Web, Stop);
        var before = await EverythingAsync();

        Assert.False(await SignUp.AddConfirmedAsync(Ada, new Preferences(), Origin.Command, Stop));

        Assert.Equal(before, await EverythingAsync());
    }
}

public sealed class LeavingOnSqlite() : LeavingTests(new SqliteFixture());

public sealed class LeavingOnPostgreSql() : LeavingTests(new PostgreSqlFixture());
