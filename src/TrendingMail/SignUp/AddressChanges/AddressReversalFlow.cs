using TrendingMail.Delivery.Queue;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp.AddressChanges;

/// <summary>
/// Takes a subscription back to the address that an address change was made from, on behalf of that address's owner.
/// </summary>
public sealed class AddressReversalFlow(
    Database database, SubscriberStore subscribers, AddressBlocks blocks, DeliveryQueue deliveryQueue,
    TimeProvider clock)
{
    /// <summary>
    /// Undoes the link's address change and all later ones. See <see cref="AddressReversal"/>. All links mailed before
    /// are revoked, except those that revert changes.
    /// </summary>
    public Task<AddressChangeResult> RevertAsync(
        LinkToken token, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
            await AddressChangeStore.FindAsync(session, token) is (var subscriber, var change)
                ? await RevertAsync(session, subscriber, change, consentOrigin)
                : new AddressChangeResult.Rejected(AddressChangeFlow.InvalidLinkMessage), cancellationToken);

    private async Task<AddressChangeResult> RevertAsync(
        Session session, Subscriber subscriber, AddressChange change, ConsentOrigin consentOrigin)
    {
        if (!EmailAddress.TryParse(change.OldAddress, out var address, out _))
        {
            return new AddressChangeResult.Rejected(AddressChangeFlow.InvalidLinkMessage);
        }

        var holder = await SubscriberStore.FindAsync(session, address) is { } found && found.Id != subscriber.Id
            ? found : null;
        var reversal = AddressReversalDecision.Decide(
            subscriber, change, await AddressChangeStore.ListAsync(session, subscriber.Id), holder);
        switch (reversal)
        {
            case AddressReversal.Void:
                return new AddressChangeResult.Rejected(
                    "An address that had the subscription before has taken it back since.");
            case AddressReversal.AlreadyDone:
                return new AddressChangeResult.Completed(address.Masked);
        }

        await AddressChangeStore.MarkUndoneAsync(session, change, clock.GetUtcNow());
        var eventId = await subscribers.RecordConsentAsync(
            session, subscriber.Id, ConsentKind.Reverted, consentOrigin);
        switch (reversal)
        {
            case AddressReversal.EndMoved:
                await SubscriberStore.RevokeLinksAsync(session, subscriber.Id);
                await SubscriberStore.UnsubscribeAsync(session, subscriber.Id);
                return new AddressChangeResult.Ended(address.Masked);
            case AddressReversal.Cancel:
                await SubscriberStore.RevokeLinksAsync(session, subscriber.Id);
                break;
            default:
                await MoveBackAsync(session, subscriber, address, holder);
                break;
        }

        // The welcome mail carries the new links.
        await deliveryQueue.EnqueueAsync(session, new Mailing.Notice(NoticeKind.Welcome, eventId), subscriber.Id,
            LinkSigner.ConfirmationLifetime);
        return new AddressChangeResult.Completed(address.Masked);
    }

    private async Task MoveBackAsync(
        Session session, Subscriber subscriber, EmailAddress address, Subscriber? pendingHolder)
    {
        if (pendingHolder is not null)
        {
            await SubscriberStore.DeletePendingAsync(session, pendingHolder.Id);
        }

        // Pressing the button proves that mail arrives. A complaint or an operator's suppression stays.
        await blocks.LiftSuppressionAsync(session, address);
        await SubscriberStore.ChangeAddressAsync(session, subscriber.Id, address);
        if (subscriber.State == SubscriberState.Unsubscribed)
        {
            // Only a subscription that is active can be moved, so it was ended from an address that it was moved to.
            await subscribers.ActivateAsync(session, subscriber.Id);
        }
    }
}
