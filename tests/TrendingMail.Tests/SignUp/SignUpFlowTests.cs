using System.Globalization;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

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
        Assert.Equal(["confirmation", "welcome", "confirmation"], await MailsAsync());
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

    private async Task<Subscriber> ReaderAsync() => (await Subscribers.FindAsync(Ada, Stop))!;

    private async Task<IReadOnlyList<ConsentEvent>> HistoryAsync() =>
        await Subscribers.ConsentHistoryAsync((await ReaderAsync()).Id, Stop);

    private Task<IReadOnlyList<string>> MailsAsync() => Database.ReadAsync(session => session.QueryAsync<string>(
        "SELECT m.kind FROM deliveries d JOIN mailings m ON m.id = d.mailing_id ORDER BY d.id"), Stop);
}

public sealed class SignUpFlowOnSqlite() : SignUpFlowTests(new SqliteFixture());
