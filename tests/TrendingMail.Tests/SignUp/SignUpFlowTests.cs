using System.Globalization;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;
using TrendingMail.Tests.Subscribers;

namespace TrendingMail.Tests.SignUp;

public abstract class SignUpFlowTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly EmailAddress Ada = Address("ada@example.org");

    [Fact]
    public async Task ANewAddressIsAskedToConfirm()
    {
        await RequestAsync();

        var reader = await ReaderAsync();
        Assert.Equal(SubscriberState.Pending, reader.State);
        Assert.Null(reader.NextDueAt);
        Assert.Equal(["confirmation"], await MailsAsync());
        var asked = Assert.Single(await HistoryAsync());
        Assert.Equal((ConsentKind.Requested, Morning, "web", "203.0.113.0/24"),
            (asked.Kind, asked.At, asked.Origin, asked.Network));
    }

    [Fact]
    public async Task ConfirmingMakesAReaderActiveAndBringsTheWelcome()
    {
        await RequestAsync();

        Assert.IsType<ConfirmResult.Confirmed>(await ConfirmAsync(Morning));

        var reader = await ReaderAsync();
        Assert.Equal((SubscriberState.Active, Morning), (reader.State, reader.NextDueAt));
        Assert.Equal(["confirmation", "welcome"], await MailsAsync());
        Assert.Equal([ConsentKind.Requested, ConsentKind.Confirmed], (await HistoryAsync()).Select(e => e.Kind));
    }

    [Fact]
    public async Task ANoticeIsKeyedByTheEventItAnswers()
    {
        await RequestAsync();

        var key = await Database.ReadAsync(session => session.SingleAsync<string>("SELECT key FROM mailings"), Stop);

        Assert.Equal((await HistoryAsync())[0].Id.ToString(CultureInfo.InvariantCulture), key);
    }

    [Fact]
    public async Task ConfirmingAgainChangesNothing()
    {
        await RequestAsync();
        await ConfirmAsync(Morning);
        var before = await EverythingAsync();

        Assert.IsType<ConfirmResult.AlreadyActive>(await ConfirmAsync(Morning));

        Assert.Equal(before, await EverythingAsync());
    }

    [Theory]
    [InlineData(59, 1)]
    [InlineData(61, 2)]
    public async Task AnAddressIsSentAtMostOneConfirmationAnHour(int minutes, int mails)
    {
        await RequestAsync();
        Clock.Advance(TimeSpan.FromMinutes(minutes));
        await RequestAsync();

        Assert.Equal(mails, (await MailsAsync()).Count);
        Assert.Equal(mails, (await HistoryAsync()).Count);
    }

    [Fact]
    public async Task AnAddressIsSentAtMostThreeConfirmationsADay()
    {
        for (var hour = 0; hour < 24; hour++)
        {
            await RequestAsync();
            Clock.Advance(TimeSpan.FromMinutes(60));
        }

        Assert.Equal(3, (await MailsAsync()).Count);
        await RequestAsync();
        Assert.Equal(4, (await MailsAsync()).Count);
    }

    [Fact]
    public async Task AnAddressIsSentAtMostThreeRemindersADay()
    {
        await AddReaderAsync(Ada.Value);
        for (var hour = 0; hour < 24; hour++)
        {
            await RequestAsync();
            Clock.Advance(TimeSpan.FromMinutes(60));
        }

        Assert.Equal(4, (await MailsAsync()).Count);
    }

    [Fact]
    public async Task ARequestThatWasSomeoneElsesLeavesNothingBehindAndBlocksTheAddress()
    {
        await RequestAsync();
        var token = new LinkToken(LinkPurpose.Disown, (await ReaderAsync()).Id, 0, Morning);

        await SignUp.DisownAsync(token, Web, Stop);
        await SignUp.DisownAsync(token, Web, Stop);

        Assert.Equal(0, await CountAsync("subscribers"));
        Assert.Equal(0, await CountAsync("consent_events"));
        Assert.Empty(await MailsAsync());
        Assert.DoesNotContain("ada", await EverythingAsync(), StringComparison.Ordinal);
        Clock.Advance(SignUpBlocks.Duration - TimeSpan.FromSeconds(1));
        await RequestAsync();
        Assert.Empty(await MailsAsync());
        Clock.Advance(TimeSpan.FromSeconds(1));
        await RequestAsync();
        Assert.Single(await MailsAsync());
    }

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
    public async Task ARequestThatAScannerConfirmedIsUndoneWhereItsOwnerDisownsIt()
    {
        await RequestAsync();
        await ConfirmAsync(Morning);

        await SignUp.DisownAsync(new LinkToken(LinkPurpose.Disown, (await ReaderAsync()).Id, 0, Morning), Web, Stop);

        var reader = await ReaderAsync();
        Assert.Equal((SubscriberState.Unsubscribed, null), (reader.State, reader.NextDueAt));
        Assert.DoesNotContain("goodbye", await MailsAsync());
    }

    [Fact]
    public async Task AFloodOfRequestsIsAnsweredOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(RequestAsync)));

        Assert.Equal(1, await CountAsync("subscribers"));
        Assert.Single(await MailsAsync());
    }

    [Fact]
    public async Task ASubscribedAddressIsSentTheWelcomeAgainAndKeepsItsPreferences()
    {
        var reader = await AddReaderAsync(Ada.Value, new Preferences { Papers = 33 });
        Clock.Advance(TimeSpan.FromHours(2));
        await RequestAsync();
        await RequestAsync();

        Assert.Equal(reader, await ReaderAsync());
        Assert.Equal(["welcome", "welcome"], await MailsAsync());
        Assert.Equal([ConsentKind.Added, ConsentKind.Reminded], (await HistoryAsync()).Select(e => e.Kind));
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
    public async Task ALinkOfAnotherEpochIsRefused()
    {
        await RequestAsync();
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE subscribers SET link_epoch = 1"), Stop);

        Assert.IsType<ConfirmResult.Refused>(await ConfirmAsync(Morning));
        Assert.IsType<ConfirmResult.Confirmed>(await ConfirmAsync(Morning, epoch: 1));
    }

    [Fact]
    public async Task ALinkOfNobodyIsRefused() => Assert.IsType<ConfirmResult.Refused>(
        await SignUp.ConfirmAsync(new LinkToken(LinkPurpose.Confirm, 42, 0, Morning), Web, Stop));

    [Theory]
    [InlineData(SuppressionReason.HardBounce)]
    [InlineData(SuppressionReason.SoftBounces)]
    public async Task AReaderWhoseMailBouncedComesBackByConfirmingAnew(SuppressionReason reason)
    {
        await AddReaderAsync(Ada.Value);
        await Suppressions.AddAsync(Ada, reason, "no such mailbox", Stop);
        Clock.Advance(TimeSpan.FromDays(9));
        await RequestAsync();

        Assert.Equal(["welcome", "confirmation"], await MailsAsync());
        Assert.NotNull((await ReaderAsync()).Suppression);
        Assert.IsType<ConfirmResult.Confirmed>(await ConfirmAsync(Clock.GetUtcNow()));
        Assert.Equal((SubscriberState.Active, null), ((await ReaderAsync()).State, (await ReaderAsync()).Suppression));
    }

    [Theory]
    [InlineData(SuppressionReason.Complaint)]
    [InlineData(SuppressionReason.Operator)]
    public async Task AfterAComplaintNothingIsSentWhoeverAsks(SuppressionReason reason)
    {
        await Suppressions.AddAsync(Ada, reason, null, Stop);
        var before = await EverythingAsync();

        await RequestAsync();

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task AComplaintAfterTheRequestVoidsItsLink()
    {
        await RequestAsync();
        await Suppressions.AddAsync(Ada, SuppressionReason.Complaint, null, Stop);

        Assert.Contains("stopped", Assert.IsType<ConfirmResult.Refused>(await ConfirmAsync(Morning)).Reason, StringComparison.Ordinal);

        Assert.Equal(SubscriberState.Pending, (await ReaderAsync()).State);
    }

    [Fact]
    public async Task AComplaintIsRememberedOfWhoWasErased()
    {
        var erased = new ErasedAddresses(TestKeys.Ring(1), Clock);
        await Database.WriteAsync(session => erased.AddAsync(session, Ada.Key, complained: true), Stop);

        await RequestAsync();

        Assert.Equal(0, await CountAsync("subscribers"));
    }

    [Fact]
    public async Task WhoWasErasedComesBackByAConfirmedWishAndIsForgottenAsErased()
    {
        var erased = new ErasedAddresses(TestKeys.Ring(1), Clock);
        await Database.WriteAsync(session => erased.AddAsync(session, Ada.Key, complained: false), Stop);

        await RequestAsync();
        Assert.Equal(1, await CountAsync("erased"));
        await ConfirmAsync(Morning);

        Assert.Equal(0, await CountAsync("erased"));
    }

    [Fact]
    public async Task AGoodbyeDoesNotBringBackWhoComplained()
    {
        var reader = await AddReaderAsync(Ada.Value);
        await SignUp.UnsubscribeAsync(reader.Id, Web, Stop);
        await Suppressions.AddAsync(Ada, SuppressionReason.Complaint, null, Stop);

        Assert.IsType<ConfirmResult.Refused>(await ReturnAsync(Morning));
    }

    [Fact]
    public async Task AConsentKeepsTheWordingThatWasAgreedTo()
    {
        await SignUp.RequestAsync(Ada, new Preferences(), Web with { Wording = "One mail a day." }, Stop);

        Assert.Equal("One mail a day.", Assert.Single(await HistoryAsync()).Text);
    }

    [Fact]
    public async Task AnOperatorAddsAReaderWithoutAConfirmation()
    {
        Assert.True(await SignUp.AddConfirmedAsync(Ada, new Preferences(), Origin.Command, Stop));

        Assert.Equal(SubscriberState.Active, (await ReaderAsync()).State);
        Assert.Equal(["welcome"], await MailsAsync());
        Assert.Equal((ConsentKind.Added, "command", null), (await HistoryAsync())
            .Select(e => (e.Kind, e.Origin, e.Network)).Single());
    }

    [Fact]
    public async Task AnOperatorAddsAReaderWhoHasNotConfirmedYet()
    {
        await RequestAsync();

        Assert.True(await SignUp.AddConfirmedAsync(Ada, new Preferences(), Origin.Command, Stop));

        Assert.Equal(SubscriberState.Active, (await ReaderAsync()).State);
    }

    [Fact]
    public async Task AddingAReaderWhoIsThereChangesNothing()
    {
        var reader = await AddReaderAsync(Ada.Value);
        await Subscribers.SavePreferencesAsync(reader.Id, new Preferences(), Today.AddDays(9), Stop);
        var before = await EverythingAsync();

        Assert.True(await SignUp.AddConfirmedAsync(Ada, new Preferences { Papers = 1 }, Origin.Command, Stop));

        Assert.Equal(before, await EverythingAsync());
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

    private Task RequestAsync() => SignUp.RequestAsync(Ada, new Preferences(), Web, Stop);

    private async Task<ConfirmResult> ConfirmAsync(DateTimeOffset issuedAt, int epoch = 0) => await SignUp.ConfirmAsync(
        new LinkToken(LinkPurpose.Confirm, (await ReaderAsync()).Id, epoch, issuedAt), Web, Stop);

    private async Task<ConfirmResult> ReturnAsync(DateTimeOffset issuedAt) => await SignUp.ReturnAsync(
        new LinkToken(LinkPurpose.Return, (await ReaderAsync()).Id, 0, issuedAt), Web, Stop);

    private async Task<Subscriber> ReaderAsync() => (await Subscribers.FindAsync(Ada, Stop))!;

    private async Task<IReadOnlyList<ConsentEvent>> HistoryAsync() =>
        await Subscribers.ConsentHistoryAsync((await ReaderAsync()).Id, Stop);

    private Task<IReadOnlyList<string>> MailsAsync() => Database.ReadAsync(session => session.QueryAsync<string>(
        "SELECT m.kind FROM deliveries d JOIN mailings m ON m.id = d.mailing_id ORDER BY d.id"), Stop);
}

public sealed class SignUpFlowOnSqlite() : SignUpFlowTests(new SqliteFixture());
