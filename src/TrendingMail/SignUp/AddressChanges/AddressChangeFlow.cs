using TrendingMail.Delivery.Queue;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.SignUp.Abuse.Limiting;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp.AddressChanges;

/// <summary>
/// Changes a subscriber's address. The new address has to confirm; the old address is notified at once and can revert
/// the change before and after confirmation (see <see cref="AddressReversalFlow"/>), because the link may have been in
/// someone else's hands. Nothing changes until the confirmation, which revokes all links mailed before.
/// </summary>
public sealed class AddressChangeFlow(
    Database database, SubscriberStore subscribers, AddressBlocks blocks, ConfirmationLimits limits,
    DeliveryQueue deliveryQueue, TimeProvider clock)
{
    internal const string InvalidLinkMessage =
        "This link is no longer valid. Please use the link in the most recent email.";

    /// <summary>
    /// Requests an address change on behalf of someone who holds a link for it. Sends a confirmation to the new address
    /// and a notice to the old one, within <see cref="ConfirmationLimits"/>. Does nothing for someone who is not
    /// subscribed, and for the subscriber's own address.
    /// </summary>
    public async Task RequestAsync(
        Session session, long subscriberId, EmailAddress address, ConsentOrigin consentOrigin)
    {
        if (await SubscriberStore.FindAsync(session, subscriberId) is not { } subscriber ||
            !IsSubscribed(subscriber) || HasAddress(subscriber, address))
        {
            return;
        }

        var now = clock.GetUtcNow();
        var requestedToday = (await AddressChangeStore.ListAsync(session, subscriber.Id))
            .Count(change => change.RequestedAt > now.AddDays(-1));
        if (requestedToday >= ConfirmationLimits.NoticesPerDay ||
            await blocks.IsReportedAsync(session, address) || await blocks.IsBlockedAsync(session, address) ||
            await limits.ReserveAsync(session, address, consentOrigin.Network) is not { } dueAt)
        {
            return;
        }

        var id = await AddressChangeStore.AddAsync(session, subscriber, address, consentOrigin.Network, now);
        await QueueNoticeAsync(session, NoticeKind.AddressChangeConfirmation, id, subscriber.Id, dueAt);
        await QueueNoticeAsync(session, NoticeKind.AddressChangeNotice, id, subscriber.Id);
    }

    public Task<AddressChange?> FindAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => AddressChangeStore.FindAsync(session, id), cancellationToken);

    /// <summary>The subscriber and the address change that a link refers to; null if they are gone.</summary>
    public Task<(Subscriber Subscriber, AddressChange Change)?> FindAsync(
        LinkToken token, CancellationToken cancellationToken) =>
        database.ReadAsync(session => AddressChangeStore.FindAsync(session, token), cancellationToken);

    /// <inheritdoc cref="AddressChangeStore.ListAsync"/>
    public Task<IReadOnlyList<AddressChange>> ListAsync(long subscriberId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => AddressChangeStore.ListAsync(session, subscriberId), cancellationToken);

    /// <summary>Confirms the change from the mail to the new address.</summary>
    public Task<AddressChangeResult> ConfirmAsync(
        LinkToken token, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync<AddressChangeResult>(async session =>
        {
            if (await AddressChangeStore.FindAsync(session, token) is not (var subscriber, var change))
            {
                return new AddressChangeResult.Rejected(InvalidLinkMessage);
            }

            if (change.State == AddressChangeState.Completed && subscriber.Address == change.NewAddress)
            {
                return new AddressChangeResult.Completed(subscriber.MaskedAddress);
            }

            if (subscriber.LinkEpoch != token.Epoch || change.State != AddressChangeState.Requested ||
                subscriber.Address != change.OldAddress)
            {
                return new AddressChangeResult.Rejected(InvalidLinkMessage);
            }

            if (await ChangeAddressAsync(session, subscriber, change.NewAddress, consentOrigin) is { } fault)
            {
                return fault;
            }

            await AddressChangeStore.CompleteAsync(session, change.Id, clock.GetUtcNow());
            return new AddressChangeResult.Completed(EmailAddress.Mask(change.NewAddress));
        }, cancellationToken);

    private static bool IsSubscribed(Subscriber subscriber) =>
        subscriber.State is SubscriberState.Active or SubscriberState.Paused;

    private static bool HasAddress(Subscriber subscriber, EmailAddress address) =>
        EmailAddress.TryParse(subscriber.Address, out var own, out _) && own.Key == address.Key;

    private async Task<AddressChangeResult.Rejected?> ChangeAddressAsync(
        Session session, Subscriber subscriber, string to, ConsentOrigin consentOrigin)
    {
        if (!IsSubscribed(subscriber) || !EmailAddress.TryParse(to, out var address, out _))
        {
            return new AddressChangeResult.Rejected("You are no longer subscribed. Please subscribe again.");
        }

        if (await blocks.IsBlockedAsync(session, address))
        {
            return new AddressChangeResult.Rejected(
                "Mail to this address was stopped by the operator or after a complaint.");
        }

        if (await SubscriberStore.FindAsync(session, address) is { } other && other.Id != subscriber.Id)
        {
            if (other.State != SubscriberState.Pending)
            {
                return new AddressChangeResult.Rejected(
                    "This address has, or had, a subscription of its own. Please use that one: " +
                    "subscribe again on our home page, and unsubscribe the old address.");
            }

            await SubscriberStore.DeletePendingAsync(session, other.Id);
        }

        await blocks.LiftSuppressionAsync(session, address);
        await SubscriberStore.ChangeAddressAsync(session, subscriber.Id, address);
        var eventId = await subscribers.RecordConsentAsync(
            session, subscriber.Id, ConsentKind.Moved, consentOrigin);

        // The welcome mail carries the new links to the new address.
        await QueueNoticeAsync(session, NoticeKind.Welcome, eventId, subscriber.Id);
        return null;
    }

    private Task<bool> QueueNoticeAsync(
        Session session, NoticeKind kind, long sourceId, long subscriberId, DateTimeOffset? dueAt = null) =>
        deliveryQueue.EnqueueAsync(session, new Mailing.Notice(kind, sourceId), subscriberId,
            LinkSigner.ConfirmationLifetime, dueAt);
}
