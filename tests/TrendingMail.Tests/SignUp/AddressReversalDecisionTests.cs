using TrendingMail.SignUp.AddressChanges;
using TrendingMail.Subscribers;

namespace TrendingMail.Tests.SignUp;

public sealed class AddressReversalDecisionTests
{
    private static readonly AddressChange First = Change(1, "victim@x.org", "a1@x.org", AddressChangeState.Completed);

    private static readonly AddressChange Second = Change(2, "a1@x.org", "a2@x.org", AddressChangeState.Completed);

    [Fact]
    public void ALinkUndoesItsOwnAndEveryLaterChange() =>
        Assert.Equal(AddressReversal.MoveBack, Decide("a2@x.org", First, [First, Second]));

    [Fact]
    public void ALinkOfARequestThatWasNeverConfirmedUndoesALaterChange()
    {
        var requested = First with { State = AddressChangeState.Requested };
        var other = Change(2, "victim@x.org", "a2@x.org", AddressChangeState.Completed);

        Assert.Equal(AddressReversal.MoveBack, Decide("a2@x.org", requested, [requested, other]));
    }

    [Fact]
    public void ALinkKeepsWorkingForChangesAfterItWasUsed()
    {
        var undone = First with { State = AddressChangeState.Reverted, UndoneBy = 1 };
        var again = Change(3, "victim@x.org", "a3@x.org", AddressChangeState.Completed);

        Assert.Equal(AddressReversal.MoveBack, Decide("a3@x.org", undone, [undone, again]));
    }

    [Fact]
    public void ALinkOfAChangeThatAnEarlierOneUndidIsVoid() => Assert.Equal(AddressReversal.Void, Decide(
        "victim@x.org", Second with { State = AddressChangeState.Reverted, UndoneBy = 1 }, [First, Second]));

    [Fact]
    public void ARequestIsCancelled()
    {
        var requested = First with { State = AddressChangeState.Requested };

        Assert.Equal(AddressReversal.Cancel, Decide("victim@x.org", requested, [requested]));
    }

    [Fact]
    public void AChangeThatMovedBackByAnotherRequestIsCancelledToo()
    {
        var back = Change(2, "a1@x.org", "victim@x.org", AddressChangeState.Completed);

        Assert.Equal(AddressReversal.Cancel, Decide("victim@x.org", First, [First, back]));
    }

    [Fact]
    public void UndoingTwiceDoesNothing()
    {
        var undone = First with { State = AddressChangeState.Reverted, UndoneBy = 1 };

        Assert.Equal(AddressReversal.AlreadyDone, Decide("victim@x.org", undone, [undone]));
    }

    [Theory]
    [InlineData(SubscriberState.Pending, true)]
    [InlineData(SubscriberState.Active, false)]
    [InlineData(SubscriberState.Paused, false)]
    [InlineData(SubscriberState.Unsubscribed, false)]
    public void ASubscriptionThatTheAddressHasByNowIsKept(SubscriberState state, bool movesBack) => Assert.Equal(
        movesBack ? AddressReversal.MoveBack : AddressReversal.EndMoved,
        Decide("a1@x.org", First, [First], Subscriber("victim@x.org") with { Id = 8, State = state }));

    private static AddressReversal Decide(
        string address, AddressChange linked, AddressChange[] changes, Subscriber? holder = null) =>
        AddressReversalDecision.Decide(Subscriber(address), linked, changes, holder);

    private static Subscriber Subscriber(string address) => new()
    {
        Id = 7, Address = address, State = SubscriberState.Active, LinkEpoch = 0, Preferences = new Preferences(),
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private static AddressChange Change(long id, string from, string to, AddressChangeState state) => new()
    {
        Id = id, SubscriberId = 7, OldAddress = from, NewAddress = to, State = state,
        RequestedAt = DateTimeOffset.UnixEpoch,
    };
}
