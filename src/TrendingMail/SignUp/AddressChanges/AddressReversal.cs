using TrendingMail.Subscribers;

namespace TrendingMail.SignUp.AddressChanges;

/// <summary>What following the "it was not me" link of an address change leads to.</summary>
internal enum AddressReversal
{
    /// <summary>All changes since are undone already, and the subscription has the link's address.</summary>
    AlreadyDone,

    /// <summary>No change was confirmed: the requests are cancelled, and all links revoked.</summary>
    Cancel,

    /// <summary>The subscription moves back to the link's address, however often it moved since.</summary>
    MoveBack,

    /// <summary>
    /// The link's address has a subscription of its own by now, which is kept. The one that moved away ends.
    /// </summary>
    EndMoved,

    /// <summary>
    /// The address that the link was mailed to had the subscription through a change that was undone itself.
    /// </summary>
    Void,
}

/// <summary>
/// Decides what a link that reverts an address change does. It was mailed to the address from before the change, and
/// undoes that change and all later ones: whoever moved a subscription away could move it again, or end it.
/// </summary>
internal static class AddressReversalDecision
{
    /// <param name="subscriber">The subscriber as it is now.</param>
    /// <param name="linked">The change that the link was mailed for.</param>
    /// <param name="changes">All changes of the subscriber.</param>
    /// <param name="holder">Another subscriber who has the link's address now.</param>
    public static AddressReversal Decide(
        Subscriber subscriber, AddressChange linked, IEnumerable<AddressChange> changes, Subscriber? holder)
    {
        if (linked.UndoneBy < linked.Id)
        {
            return AddressReversal.Void;
        }

        if (subscriber.Address == linked.OldAddress)
        {
            return changes.Any(change => change.Id >= linked.Id && change.State != AddressChangeState.Reverted)
                ? AddressReversal.Cancel
                : AddressReversal.AlreadyDone;
        }

        return holder is null or { State: SubscriberState.Pending }
            ? AddressReversal.MoveBack
            : AddressReversal.EndMoved;
    }
}
