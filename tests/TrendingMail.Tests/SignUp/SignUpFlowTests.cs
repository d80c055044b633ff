using System.Globalization;
using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp;

/// <summary>Requesting a subscription, and confirming it.</summary>
public abstract class SignUpFlowTests(DatabaseFixture fixture) : SignUpScenario(fixture)
{
    [Fact]
    public async Task ANewAddressIsAskedToConfirm()
    {
        await RequestAsync();

        var subscriber = await FindSubscriberAsync();
        Assert.Equal(SubscriberState.Pending, subscriber.State);
        Assert.Null(subscriber.NextDueAt);
        Assert.Equal(["confirmation"], await MailsAsync());
        var asked = Assert.Single(await HistoryAsync());
        Assert.Equal((ConsentKind.Requested, Morning, "web", "203.0.113.0/24"),
            (asked.Kind, asked.At, asked.Origin, asked.Network));
    }

    [Fact]
    public async Task ConfirmingActivatesTheSubscriberAndSendsTheWelcome()
    {
        await RequestAsync();

        Assert.IsType<ConfirmResult.Confirmed>(await ConfirmAsync(Morning));

        var subscriber = await FindSubscriberAsync();
        Assert.Equal((SubscriberState.Active, Morning), (subscriber.State, subscriber.NextDueAt));
        Assert.Equal(["confirmation", "welcome"], await MailsAsync());
        Assert.Equal([ConsentKind.Requested, ConsentKind.Confirmed], (await HistoryAsync()).Select(e => e.Kind));
    }

    [Fact]
    public async Task ANoticeIsKeyedByTheConsentEventThatCausedIt()
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
        var before = await SnapshotAsync();

        Assert.IsType<ConfirmResult.AlreadyActive>(await ConfirmAsync(Morning));

        Assert.Equal(before, await SnapshotAsync());
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
        await AddSubscriberAsync(Ada.Value);
        for (var hour = 0; hour < 24; hour++)
        {
            await RequestAsync();
            Clock.Advance(TimeSpan.FromMinutes(60));
        }

        Assert.Equal(4, (await MailsAsync()).Count);
    }

    [Fact]
    public async Task AReportedRequestLeavesNoDataAndBlocksTheAddress()
    {
        await RequestAsync();
        var token = new LinkToken(LinkPurpose.ReportNotMe, (await FindSubscriberAsync()).Id, 0, Morning);

        await SignUp.ReportNotMeAsync(token, Web, Stop);
        await SignUp.ReportNotMeAsync(token, Web, Stop);

        Assert.Equal(0, await CountAsync("subscribers"));
        Assert.Equal(0, await CountAsync("consent_events"));
        Assert.Empty(await MailsAsync());
        Assert.DoesNotContain("ada", await SnapshotAsync(), StringComparison.Ordinal);
        Clock.Advance(SignUpBlocklist.Duration - TimeSpan.FromSeconds(1));
        await RequestAsync();
        Assert.Empty(await MailsAsync());
        Clock.Advance(TimeSpan.FromSeconds(1));
        await RequestAsync();
        Assert.Single(await MailsAsync());
    }

    [Theory]
    [InlineData("ada+1@example.org")]
    [InlineData("ADA+2@EXAMPLE.ORG")]
    public async Task AReportStopsTheRequestsForAllAddressesOfTheMailbox(string other)
    {
        await RequestAsync();
        Clock.Advance(TimeSpan.FromMinutes(61));
        await SignUp.RequestAsync(Address(other), new Preferences(), Web, Stop);
        var sibling = (await Subscribers.FindAsync(Address(other), Stop))!;

        await SignUp.ReportNotMeAsync(
            new LinkToken(LinkPurpose.ReportNotMe, (await FindSubscriberAsync()).Id, 0, Morning), Web, Stop);

        Assert.IsType<ConfirmResult.Rejected>(await SignUp.ConfirmAsync(
            new LinkToken(LinkPurpose.Confirm, sibling.Id, 0, Clock.GetUtcNow()), Web, Stop));
        await SignUp.RequestAsync(Address("ada+3@example.org"), new Preferences(), Web, Stop);
        Assert.Null(await Subscribers.FindAsync(Address("ada+3@example.org"), Stop));
    }

    [Fact]
    public async Task AReportDoesNotUnsubscribeAnotherAddressOfTheMailbox()
    {
        var own = await AddSubscriberAsync("ada+papers@example.org");
        await RequestAsync();

        await SignUp.ReportNotMeAsync(
            new LinkToken(LinkPurpose.ReportNotMe, (await FindSubscriberAsync()).Id, 0, Morning), Web, Stop);

        Assert.Equal(SubscriberState.Active, (await Subscribers.FindAsync(own.Id, Stop))!.State);
    }

    [Fact]
    public async Task AMailboxIsSentOneConfirmationAnHourThroughAddressChangesToo()
    {
        var subscriber = await AddSubscriberAsync("bo@example.net");
        await RequestAsync();

        await Database.WriteAsync(session =>
            AddressChanges.RequestAsync(session, subscriber.Id, Address("ada+1@example.org"), Web), Stop);

        Assert.DoesNotContain("address_change_confirmation", await MailsAsync());
    }

    [Fact]
    public async Task ReportingARequestConfirmedByAScannerUnsubscribesTheAddress()
    {
        await RequestAsync();
        await ConfirmAsync(Morning);

        await SignUp.ReportNotMeAsync(
            new LinkToken(LinkPurpose.ReportNotMe, (await FindSubscriberAsync()).Id, 0, Morning), Web, Stop);

        var subscriber = await FindSubscriberAsync();
        Assert.Equal((SubscriberState.Unsubscribed, null), (subscriber.State, subscriber.NextDueAt));
        Assert.DoesNotContain("goodbye", await MailsAsync());
    }

    [Fact]
    public async Task ReportingARequestAfterItsLinksWereRevokedUnsubscribesTheAddress()
    {
        await RequestAsync();
        await ConfirmAsync(Morning);
        var subscriber = await FindSubscriberAsync();
        await SignUp.RevokeLinksAsync(subscriber.Id, ConsentOrigin.Command, Stop);

        await SignUp.ReportNotMeAsync(
            new LinkToken(LinkPurpose.ReportNotMe, subscriber.Id, subscriber.LinkEpoch, Morning), Web, Stop);

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync()).State);
        Assert.Contains("goodbye", await MailsAsync());
    }

    [Fact]
    public async Task AFloodOfRequestsSendsOneConfirmation()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(RequestAsync)));

        Assert.Equal(1, await CountAsync("subscribers"));
        Assert.Single(await MailsAsync());
    }

    [Fact]
    public async Task ASubscribedAddressIsSentTheWelcomeAgainAndKeepsItsPreferences()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value, new Preferences { Papers = 33 });
        Clock.Advance(TimeSpan.FromHours(2));
        await RequestAsync();
        await RequestAsync();

        Assert.Equal(subscriber, await FindSubscriberAsync());
        Assert.Equal(["welcome", "welcome"], await MailsAsync());
        Assert.Equal([ConsentKind.Added, ConsentKind.Reminded], (await HistoryAsync()).Select(e => e.Kind));
    }

    [Fact]
    public async Task ARevokedLinkIsRejected()
    {
        await RequestAsync();
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE subscribers SET link_epoch = 1"), Stop);

        Assert.IsType<ConfirmResult.Rejected>(await ConfirmAsync(Morning));
        Assert.IsType<ConfirmResult.Confirmed>(await ConfirmAsync(Morning, epoch: 1));
    }

    [Fact]
    public async Task ALinkOfAnUnknownSubscriberIsRejected() => Assert.IsType<ConfirmResult.Rejected>(
        await SignUp.ConfirmAsync(new LinkToken(LinkPurpose.Confirm, 42, 0, Morning), Web, Stop));

    [Fact]
    public async Task TheConsentHistoryKeepsTheWording()
    {
        await SignUp.RequestAsync(Ada, new Preferences(), Web with { ConsentText = "One mail a day." }, Stop);

        Assert.Equal("One mail a day.", Assert.Single(await HistoryAsync()).Text);
    }

    [Fact]
    public async Task AnOperatorAddsASubscriberWithoutConfirmation()
    {
        Assert.True(await SignUp.AddConfirmedAsync(Ada, new Preferences(), ConsentOrigin.Command, Stop));

        Assert.Equal(SubscriberState.Active, (await FindSubscriberAsync()).State);
        Assert.Equal(["welcome"], await MailsAsync());
        Assert.Equal((ConsentKind.Added, "command", null), (await HistoryAsync())
            .Select(e => (e.Kind, e.Origin, e.Network)).Single());
    }

    [Fact]
    public async Task AnOperatorActivatesAPendingSubscriber()
    {
        await RequestAsync();

        Assert.True(await SignUp.AddConfirmedAsync(Ada, new Preferences(), ConsentOrigin.Command, Stop));

        Assert.Equal(SubscriberState.Active, (await FindSubscriberAsync()).State);
    }

    [Fact]
    public async Task AddingAnExistingSubscriberChangesNothing()
    {
        var subscriber = await AddSubscriberAsync(Ada.Value);
        await Subscribers.SavePreferencesAsync(subscriber.Id, new Preferences(), Today.AddDays(9), Stop);
        var before = await SnapshotAsync();

        Assert.True(await SignUp.AddConfirmedAsync(Ada, new Preferences { Papers = 1 }, ConsentOrigin.Command, Stop));

        Assert.Equal(before, await SnapshotAsync());
    }
}

public sealed class SignUpFlowOnSqlite() : SignUpFlowTests(new SqliteFixture());

public sealed class SignUpFlowOnPostgreSql() : SignUpFlowTests(new PostgreSqlFixture());
