using System.Globalization;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

/// <summary>Asking to come, and confirming.</summary>
public abstract class SignUpFlowTests(DatabaseFixture fixture) : SignUpStory(fixture)
{
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
}

public sealed class SignUpFlowOnSqlite() : SignUpFlowTests(new SqliteFixture());

public sealed class SignUpFlowOnPostgreSql() : SignUpFlowTests(new PostgreSqlFixture());
