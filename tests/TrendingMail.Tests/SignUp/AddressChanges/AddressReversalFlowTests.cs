using TrendingMail.Links;
using TrendingMail.SignUp.AddressChanges;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.SignUp.AddressChanges;

/// <summary>Someone with a subscriber's link moves the subscription away; its owner takes it back.</summary>
public abstract class AddressReversalFlowTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const string Victim = "victim@example.org";

    private AddressReversalFlow Reversals =>
        new(Database, Subscribers, AddressBlocks, DeliveryQueue, Clock);

    [Fact]
    public async Task TheFirstLinkUndoesAllChanges()
    {
        var subscriber = await AddSubscriberAsync(Victim);
        var first = await MoveAsync(subscriber.Id, "a1@example.net");
        var second = await MoveAsync(subscriber.Id, "a2@example.net");
        Clock.Advance(TimeSpan.FromDays(29));

        Assert.Equal("v…@example.org", Completed(await RevertAsync(first)));

        Assert.Equal(Victim, await AddressAsync(subscriber.Id));
        Assert.IsType<AddressChangeResult.Rejected>(await RevertAsync(second));
        Assert.Equal(Victim, await AddressAsync(subscriber.Id));
    }

    [Fact]
    public async Task ALinkOfARequestThatWasNotConfirmedUndoesTheOneThatWas()
    {
        var subscriber = await AddSubscriberAsync(Victim);
        var first = await RequestAsync(subscriber.Id, "a1@example.net");
        await MoveAsync(subscriber.Id, "a2@example.net");

        Completed(await RevertAsync(first));

        Assert.Equal(Victim, await AddressAsync(subscriber.Id));
    }

    [Fact]
    public async Task AChangeMadeAfterTheFirstWasUndoneIsUndoneByTheSameLink()
    {
        var subscriber = await AddSubscriberAsync(Victim);
        var first = await MoveAsync(subscriber.Id, "a1@example.net");
        var second = await MoveAsync(subscriber.Id, "a2@example.net");
        Completed(await RevertAsync(second));
        Assert.Equal("a1@example.net", await AddressAsync(subscriber.Id));

        Completed(await RevertAsync(first));
        Assert.IsType<AddressChangeResult.Rejected>(await RevertAsync(second));
        await MoveAsync(subscriber.Id, "a3@example.net");
        Completed(await RevertAsync(first));

        Assert.Equal(Victim, await AddressAsync(subscriber.Id));
    }

    [Fact]
    public async Task PendingRequestsAreCancelledToo()
    {
        var subscriber = await AddSubscriberAsync(Victim);
        var first = await MoveAsync(subscriber.Id, "a1@example.net");
        var later = await RequestAsync(subscriber.Id, "a2@example.net");

        Completed(await RevertAsync(first));

        Assert.IsType<AddressChangeResult.Rejected>(await ConfirmAsync(later));
        Assert.Equal(Victim, await AddressAsync(subscriber.Id));
    }

    [Fact]
    public async Task ASubscriptionThatWasEndedAtTheOtherAddressContinues()
    {
        var subscriber = await AddSubscriberAsync(Victim, new Preferences { Papers = 33 });
        var first = await MoveAsync(subscriber.Id, "a1@example.net");
        await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);

        Completed(await RevertAsync(first));

        var back = (await Subscribers.FindAsync(Address(Victim), Stop))!;
        Assert.Equal((subscriber.Id, SubscriberState.Active, 33), (back.Id, back.State, back.Preferences.Papers));
    }

    [Fact]
    public async Task CancellingARequestDoesNotResubscribe()
    {
        var subscriber = await AddSubscriberAsync(Victim);
        var first = await RequestAsync(subscriber.Id, "a1@example.net");
        await SignUp.UnsubscribeAsync(subscriber.Id, Web, Stop);

        Completed(await RevertAsync(first));

        Assert.Equal(SubscriberState.Unsubscribed, (await Subscribers.FindAsync(subscriber.Id, Stop))!.State);
    }

    [Fact]
    public async Task AnUnconfirmedSignUpOfTheOldAddressDoesNotBlockTheWayBack()
    {
        var subscriber = await AddSubscriberAsync(Victim);
        var first = await MoveAsync(subscriber.Id, "a1@example.net");
        await SignUp.RequestAsync(Address(Victim), new Preferences(), Web, Stop);

        Completed(await RevertAsync(first));

        Assert.Equal(Victim, await AddressAsync(subscriber.Id));
    }

    [Fact]
    public async Task ANewSubscriptionOfTheOldAddressIsKeptAndTheMovedOneEnds()
    {
        var subscriber = await AddSubscriberAsync(Victim);
        var first = await MoveAsync(subscriber.Id, "a1@example.net");
        var own = await AddSubscriberAsync(Victim);

        Assert.IsType<AddressChangeResult.Ended>(await RevertAsync(first));

        Assert.Equal(own, await Subscribers.FindAsync(Address(Victim), Stop));
        var moved = (await Subscribers.FindAsync(subscriber.Id, Stop))!;
        Assert.Equal((SubscriberState.Unsubscribed, 2), (moved.State, moved.LinkEpoch));
    }

    [Fact]
    public async Task ABouncingOldAddressGetsItsSubscriptionBackAndAComplaintStays()
    {
        var subscriber = await AddSubscriberAsync(Victim);
        var first = await MoveAsync(subscriber.Id, "a1@example.net");
        await Suppressions.AddAsync(Address(Victim), SuppressionReason.HardBounce, null, Stop);
        Completed(await RevertAsync(first));
        Assert.Null((await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);

        await MoveAsync(subscriber.Id, "a2@example.net");
        await Suppressions.AddAsync(Address(Victim), SuppressionReason.Complaint, null, Stop);
        Completed(await RevertAsync(first));
        Assert.Equal(SuppressionReason.Complaint, (await Subscribers.FindAsync(subscriber.Id, Stop))!.Suppression);
    }

    [Fact]
    public async Task UndoingTwiceChangesNothing()
    {
        var subscriber = await AddSubscriberAsync(Victim);
        var first = await MoveAsync(subscriber.Id, "a1@example.net");
        await MoveAsync(subscriber.Id, "a2@example.net");
        await RevertAsync(first);
        var before = await SnapshotAsync();

        Completed(await RevertAsync(first));

        Assert.Equal(before, await SnapshotAsync());
    }

    private static string Completed(AddressChangeResult result) =>
        Assert.IsType<AddressChangeResult.Completed>(result).MaskedAddress;

    private async Task<AddressChange> RequestAsync(long subscriberId, string address)
    {
        Clock.Advance(TimeSpan.FromHours(9));
        await Database.WriteAsync(
            session => AddressChanges.RequestAsync(session, subscriberId, Address(address), Web), Stop);
        return (await AddressChanges.ListAsync(subscriberId, Stop))[^1];
    }

    private async Task<AddressChange> MoveAsync(long subscriberId, string address)
    {
        var change = await RequestAsync(subscriberId, address);
        Completed(await ConfirmAsync(change));
        return change;
    }

    private async Task<AddressChangeResult> ConfirmAsync(AddressChange change) => await AddressChanges.ConfirmAsync(
        await LinkAsync(change, LinkPurpose.ConfirmAddressChange), Web, Stop);

    private async Task<AddressChangeResult> RevertAsync(AddressChange change) => await Reversals.RevertAsync(
        await LinkAsync(change, LinkPurpose.RevertAddressChange), Web, Stop);

    private async Task<LinkToken> LinkAsync(AddressChange change, LinkPurpose purpose) => new(
        purpose, change.SubscriberId, (await Subscribers.FindAsync(change.SubscriberId, Stop))!.LinkEpoch,
        change.RequestedAt, change.Id);

    private async Task<string> AddressAsync(long subscriberId) =>
        (await Subscribers.FindAsync(subscriberId, Stop))!.Address;
}

public sealed class AddressReversalFlowOnSqlite() : AddressReversalFlowTests(new SqliteFixture());

public sealed class AddressReversalFlowOnPostgreSql() : AddressReversalFlowTests(new PostgreSqlFixture());
