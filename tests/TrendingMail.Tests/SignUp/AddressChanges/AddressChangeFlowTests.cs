using TrendingMail.Links;
using TrendingMail.SignUp.AddressChanges;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp.AddressChanges;

public abstract class AddressChangeFlowTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly EmailAddress OldAddress = Address("ada@example.org");

    private static readonly EmailAddress NewAddress = Address("Ada@example.net");

    private AddressReversalFlow Reversals =>
        new(Database, Subscribers, AddressBlocks, DeliveryQueue, Clock);

    [Fact]
    public async Task NothingChangesUntilTheNewAddressConfirms()
    {
        var subscriber = await AddSubscriberAsync(OldAddress.Value);

        await RequestAsync(subscriber, NewAddress);

        Assert.Equal(subscriber, await Subscribers.FindAsync(OldAddress, Stop));
        Assert.Equal(["welcome", "address_change_confirmation", "address_change_notice"], await MailsAsync());
    }

    [Fact]
    public async Task ConfirmingNotifiesTheOldAddressAndRevokesAllOldLinks()
    {
        var subscriber = await RequestAsync(new Preferences { Papers = 33 });

        var completed = Assert.IsType<AddressChangeResult.Completed>(await ConfirmAsync(subscriber));

        Assert.Equal("A…@example.net", completed.MaskedAddress);
        var now = (await Subscribers.FindAsync(subscriber.Id, Stop))!;
        Assert.Equal((NewAddress.Value, 1, 33, SubscriberState.Active),
            (now.Address, now.LinkEpoch, now.Preferences.Papers, now.State));
        Assert.Null(await Subscribers.FindAsync(OldAddress, Stop));
        Assert.Equal(
            ["welcome", "address_change_confirmation", "address_change_notice", "welcome"], await MailsAsync());
        Assert.Equal([ConsentKind.Added, ConsentKind.Moved], await HistoryAsync(subscriber));
    }

    [Fact]
    public async Task ConfirmingTwiceChangesNothing()
    {
        var subscriber = await RequestAsync();
        await ConfirmAsync(subscriber);
        var before = await SnapshotAsync();

        Assert.IsType<AddressChangeResult.Completed>(await ConfirmAsync(subscriber));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task TheOldAddressCanRevertTheChange()
    {
        var subscriber = await RequestAsync();
        await ConfirmAsync(subscriber);

        Assert.IsType<AddressChangeResult.Completed>(await RevertAsync(subscriber));
        var before = await SnapshotAsync();
        Assert.IsType<AddressChangeResult.Completed>(await RevertAsync(subscriber));

        Assert.Equal(before, await SnapshotAsync());
        var now = (await Subscribers.FindAsync(OldAddress, Stop))!;
        Assert.Equal((subscriber.Id, 2), (now.Id, now.LinkEpoch));
        Assert.Equal([ConsentKind.Added, ConsentKind.Moved, ConsentKind.Reverted], await HistoryAsync(subscriber));
        Assert.IsType<AddressChangeResult.Rejected>(await ConfirmAsync(subscriber));
    }

    [Fact]
    public async Task TheOldAddressCanCancelTheChangeBeforeItIsConfirmed()
    {
        var subscriber = await RequestAsync();

        Assert.IsType<AddressChangeResult.Completed>(await RevertAsync(subscriber));

        var now = (await Subscribers.FindAsync(OldAddress, Stop))!;
        Assert.Equal((subscriber.Id, 1), (now.Id, now.LinkEpoch));
        Assert.IsType<AddressChangeResult.Rejected>(await ConfirmAsync(subscriber));
        Assert.Equal(
            ["welcome", "address_change_confirmation", "address_change_notice", "welcome"], await MailsAsync());
    }

    [Theory]
    [InlineData(59, 1)]
    [InlineData(61, 2)]
    public async Task ANewAddressIsMailedAtMostOnceAnHour(int minutes, int mails)
    {
        var subscriber = await RequestAsync();
        Clock.Advance(TimeSpan.FromMinutes(minutes));
        await RequestAsync(subscriber, NewAddress);

        Assert.Equal(mails, (await MailsAsync()).Count(kind => kind == "address_change_confirmation"));
    }

    [Fact]
    public async Task ASubscriberCanRequestAtMostThreeChangesADay()
    {
        var subscriber = await AddSubscriberAsync(OldAddress.Value);
        for (var i = 0; i < 10; i++)
        {
            await RequestAsync(subscriber, Address($"victim{i}@example.net"));
        }

        Assert.Equal(3, (await MailsAsync()).Count(kind => kind == "address_change_confirmation"));
    }

    [Theory]
    [InlineData("ada@example.org")]
    [InlineData("ADA@EXAMPLE.ORG")]
    public async Task ARequestForTheSubscribersOwnAddressSendsNothing(string same)
    {
        var subscriber = await AddSubscriberAsync(OldAddress.Value);

        await RequestAsync(subscriber, Address(same));

        Assert.Equal(["welcome"], await MailsAsync());
        Assert.Empty(await AddressChanges.ListAsync(subscriber.Id, Stop));
    }

    [Fact]
    public async Task AnAddressThatComplainedIsNotMailed()
    {
        var subscriber = await AddSubscriberAsync(OldAddress.Value);
        await Suppressions.AddAsync(NewAddress, SuppressionReason.Complaint, null, Stop);

        await RequestAsync(subscriber, NewAddress);

        Assert.Equal(["welcome"], await MailsAsync());
    }

    [Fact]
    public async Task AnAddressWithItsOwnSubscriptionIsRejected()
    {
        var subscriber = await RequestAsync();
        await AddSubscriberAsync(NewAddress.Value);
        var before = await SnapshotAsync();

        Assert.Contains("subscription of its own",
            Assert.IsType<AddressChangeResult.Rejected>(await ConfirmAsync(subscriber)).Reason,
            StringComparison.Ordinal);

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task AnUnconfirmedSignUpOfTheNewAddressIsReplaced()
    {
        var subscriber = await RequestAsync();
        Clock.Advance(TimeSpan.FromMinutes(61));
        await SignUp.RequestAsync(NewAddress, new Preferences(), Web, Stop);

        Assert.IsType<AddressChangeResult.Completed>(await ConfirmAsync(subscriber));

        Assert.Equal(subscriber.Id, (await Subscribers.FindAsync(NewAddress, Stop))!.Id);
    }

    [Fact]
    public async Task TheAddressOfAnUnsubscribedSubscriberIsNotChanged()
    {
        var subscriber = await RequestAsync();
        await SignUp.UnsubscribeAsync(subscriber.Id, ConsentOrigin.Command, Stop);

        Assert.IsType<AddressChangeResult.Rejected>(await ConfirmAsync(subscriber));

        Assert.Equal(OldAddress.Value, (await Subscribers.FindAsync(subscriber.Id, Stop))!.Address);
    }

    [Fact]
    public async Task TheLinkOfAnotherSubscriberIsRejected()
    {
        var subscriber = await RequestAsync();
        var other = await AddSubscriberAsync("bo@example.org");
        var change = Assert.Single(await AddressChanges.ListAsync(subscriber.Id, Stop));

        Assert.IsType<AddressChangeResult.Rejected>(await AddressChanges.ConfirmAsync(
            new LinkToken(LinkPurpose.ConfirmAddressChange, other.Id, 0, Morning, change.Id), Web, Stop));
    }

    private Task RequestAsync(Subscriber subscriber, EmailAddress address) => Database.WriteAsync(
        session => AddressChanges.RequestAsync(session, subscriber.Id, address, Web), Stop);

    private async Task<Subscriber> RequestAsync(Preferences? preferences = null)
    {
        var subscriber = await AddSubscriberAsync(OldAddress.Value, preferences);
        await RequestAsync(subscriber, NewAddress);
        return subscriber;
    }

    private async Task<AddressChangeResult> ConfirmAsync(Subscriber subscriber) => await AddressChanges.ConfirmAsync(
        new LinkToken(LinkPurpose.ConfirmAddressChange, subscriber.Id, 0, Morning,
            (await AddressChanges.ListAsync(subscriber.Id, Stop))[0].Id), Web, Stop);

    private async Task<AddressChangeResult> RevertAsync(Subscriber subscriber) => await Reversals.RevertAsync(
        new LinkToken(LinkPurpose.RevertAddressChange, subscriber.Id, 1, Morning,
            (await AddressChanges.ListAsync(subscriber.Id, Stop))[0].Id), Web, Stop);

    private async Task<IEnumerable<ConsentKind>> HistoryAsync(Subscriber subscriber) =>
        (await Subscribers.ListConsentEventsAsync(subscriber.Id, Stop)).Select(e => e.Kind);

    private Task<IReadOnlyList<string>> MailsAsync() => Database.ReadAsync(session => session.QueryAsync<string>(
        "SELECT m.kind FROM deliveries d JOIN mailings m ON m.id = d.mailing_id ORDER BY d.id"), Stop);
}

public sealed class AddressChangeFlowOnSqlite() : AddressChangeFlowTests(new SqliteFixture());

public sealed class AddressChangeFlowOnPostgreSql() : AddressChangeFlowTests(new PostgreSqlFixture());
