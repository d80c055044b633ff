using TrendingMail.Delivery.Queue;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.SignUp;

/// <summary>
/// Changes a subscriber's address. The new address has to confirm; the old address is notified at once and can revert
/// the change before and after confirmation, because the link may have been in someone else's hands. Nothing changes
/// until the confirmation, which revokes all links mailed before.
/// </summary>
public sealed class AddressChangeFlow(
    Database database, SubscriberStore subscribers, SignUpBlocklist blocklist, ErasedAddressStore erased,
    DeliveryQueue deliveryQueue,
    TimeProvider clock)
{
    private const string Columns =
        "id, subscriber_id, old_address, new_address, state, requested_at, network, settled_at";

    private const string InvalidLinkMessage =
        "This link is no longer valid. Please use the link in the most recent email.";

    /// <summary>
    /// Requests an address change on behalf of someone who holds the subscriber's link. Sends a confirmation to the new
    /// address, at most once an hour and three times a day. The caller learns nothing about the new address. Does
    /// nothing for someone who is not subscribed.
    /// </summary>
    public Task RequestAsync(
        Subscriber subscriber, EmailAddress address, ConsentOrigin consentOrigin,
        CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            if (await SubscriberStore.FindAsync(session, subscriber.Id) is not { } current || !IsSubscribed(current))
            {
                return;
            }

            var now = clock.GetUtcNow();
            var recentRequests = await session.QueryAsync<DateTimeOffset>("""
                SELECT requested_at FROM address_changes
                WHERE requested_at > @dayAgo AND (new_address_key = @Key OR subscriber_id = @Id)
                """, new { dayAgo = now.AddDays(-1), address.Key, subscriber.Id });
            var recentForAddress = await session.QueryAsync<DateTimeOffset>("""
                SELECT requested_at FROM address_changes WHERE requested_at > @dayAgo AND new_address_key = @Key
                """, new { dayAgo = now.AddDays(-1), address.Key });
            if (recentRequests.Count >= SignUpFlow.NoticesPerDay || !SignUpFlow.MaySendNotice(recentForAddress, now) ||
                await blocklist.ContainsAsync(session, address) || await IsBlockedAsync(session, address.Key))
            {
                return;
            }

            var id = await session.SingleAsync<long>("""
                INSERT INTO address_changes (
                    subscriber_id, old_address, new_address, new_address_key, state, requested_at, network)
                VALUES (@Id, @Address, @Value, @Key, 'requested', @now, @Network)
                RETURNING id
                """, new { subscriber.Id, subscriber.Address, address.Value, address.Key, now, consentOrigin.Network });
            await QueueNoticeAsync(session, NoticeKind.AddressChangeConfirmation, id, subscriber.Id);
            await QueueNoticeAsync(session, NoticeKind.AddressChangeNotice, id, subscriber.Id);
        }, cancellationToken);

    public static async Task<AddressChange?> FindAsync(Session session, long id) =>
        await session.FirstOrDefaultAsync<AddressChange>(
            $"SELECT {Columns} FROM address_changes WHERE id = @id", new { id });

    public Task<AddressChange?> FindAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindAsync(session, id), cancellationToken);

    /// <summary>The address change that a link refers to; null if it is not one of the link's subscriber.</summary>
    public async Task<AddressChange?> FindAsync(LinkToken token, CancellationToken cancellationToken)
    {
        var (subscriber, change) = await database.ReadAsync(session => LoadAsync(session, token), cancellationToken);
        return subscriber is null ? null : change;
    }

    /// <summary>A subscriber's address changes, oldest first.</summary>
    public Task<IReadOnlyList<AddressChange>> ListAsync(long subscriberId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<AddressChange>(
            $"SELECT {Columns} FROM address_changes WHERE subscriber_id = @subscriberId ORDER BY id",
            new { subscriberId }), cancellationToken);

    /// <summary>Deletes address changes that were requested before an instant.</summary>
    internal static Task<int> DeleteExpiredAsync(Session session, DateTimeOffset before, int limit) =>
        session.ExecuteAsync("""
            DELETE FROM address_changes
            WHERE id IN (SELECT id FROM address_changes WHERE requested_at < @before LIMIT @limit)
            """, new { before, limit });

    /// <summary>Confirms the change from the mail to the new address.</summary>
    public Task<AddressChangeResult> ConfirmAsync(
        LinkToken token, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync<AddressChangeResult>(async session =>
        {
            var (subscriber, change) = await LoadAsync(session, token);
            if (subscriber is null || change is null)
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

            return await ChangeAddressAsync(session, subscriber, change.NewAddress, ConsentKind.Moved,
                consentOrigin) is { } fault
                ? fault
                : await SettleAsync(session, change, AddressChangeState.Completed, change.NewAddress);
        }, cancellationToken);

    /// <summary>Reverts the change from the mail to the old address, whose owner did not request it.</summary>
    public Task<AddressChangeResult> RevertAsync(
        LinkToken token, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync<AddressChangeResult>(async session =>
        {
            var (subscriber, change) = await LoadAsync(session, token);
            if (subscriber is null || change is null)
            {
                return new AddressChangeResult.Rejected(InvalidLinkMessage);
            }

            if (change.State == AddressChangeState.Reverted && subscriber.Address == change.OldAddress)
            {
                return new AddressChangeResult.Completed(subscriber.MaskedAddress);
            }

            if (change.State == AddressChangeState.Requested && subscriber.Address == change.OldAddress)
            {
                // Whoever requested the change holds one of this subscriber's links.
                await SubscriberStore.RevokeLinksAsync(session, subscriber.Id);
                var eventId = await subscribers.RecordConsentAsync(
                    session, subscriber.Id, ConsentKind.Reverted, consentOrigin);
                await QueueNoticeAsync(session, NoticeKind.Welcome, eventId, subscriber.Id);
                return await SettleAsync(session, change, AddressChangeState.Reverted, change.OldAddress);
            }

            if (change.State != AddressChangeState.Completed || subscriber.Address != change.NewAddress)
            {
                return new AddressChangeResult.Rejected(
                    "The address has been changed again since then. Please contact us.");
            }

            return await ChangeAddressAsync(session, subscriber, change.OldAddress, ConsentKind.Reverted,
                consentOrigin) is { } fault
                ? fault
                : await SettleAsync(session, change, AddressChangeState.Reverted, change.OldAddress);
        }, cancellationToken);

    private static bool IsSubscribed(Subscriber subscriber) =>
        subscriber.State is SubscriberState.Active or SubscriberState.Paused;

    private static async Task<(Subscriber? Subscriber, AddressChange? Change)> LoadAsync(
        Session session, LinkToken token) =>
        (await SubscriberStore.FindAsync(session, token.SubscriberId),
            await FindAsync(session, token.Subject) is { } change &&
            change.SubscriberId == token.SubscriberId ? change : null);

    private async Task<AddressChangeResult.Rejected?> ChangeAddressAsync(
        Session session, Subscriber subscriber, string to, ConsentKind kind, ConsentOrigin consentOrigin)
    {
        if (!IsSubscribed(subscriber) || !EmailAddress.TryParse(to, out var address, out _))
        {
            return new AddressChangeResult.Rejected("You are no longer subscribed. Please subscribe again.");
        }

        if (await IsBlockedAsync(session, address.Key))
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

        await SuppressionStore.LiftBouncesAsync(session, address.Key);
        await erased.RemoveAsync(session, address.Key);
        await SubscriberStore.ChangeAddressAsync(session, subscriber.Id, address);
        var eventId = await subscribers.RecordConsentAsync(session, subscriber.Id, kind, consentOrigin);

        // The welcome mail carries the new links to the new address.
        await QueueNoticeAsync(session, NoticeKind.Welcome, eventId, subscriber.Id);
        return null;
    }

    private async Task<AddressChangeResult> SettleAsync(
        Session session, AddressChange change, AddressChangeState state, string address)
    {
        await session.ExecuteAsync("UPDATE address_changes SET state = @state, settled_at = @now WHERE id = @Id",
            new { change.Id, state = state.ToColumn(), now = clock.GetUtcNow() });
        return new AddressChangeResult.Completed(EmailAddress.Mask(address));
    }

    private async Task<bool> IsBlockedAsync(Session session, string addressKey) =>
        await SuppressionStore.FindAsync(session,
            addressKey) is { Reason: SuppressionReason.Complaint or SuppressionReason.Operator } ||
        await erased.FindAsync(session, addressKey) is { Complained: true };

    private Task<bool> QueueNoticeAsync(Session session, NoticeKind kind, long sourceId, long subscriberId) =>
        deliveryQueue.EnqueueAsync(session, new Mailing.Notice(kind, sourceId), subscriberId,
            LinkSigner.ConfirmationLifetime);
}
