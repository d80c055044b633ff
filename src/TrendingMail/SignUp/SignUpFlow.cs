using TrendingMail.Delivery.Queue;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.SignUp.Abuse;
using TrendingMail.SignUp.Abuse.Limiting;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp;

/// <summary>
/// Double opt-in and unsubscribing. Each step and the notice that it sends are one transaction: neither ever exists
/// without the other.
/// </summary>
public sealed class SignUpFlow(
    Database database, SubscriberStore subscribers, SignUpBlocklist blocklist, AddressBlocks blocks,
    ConfirmationLimits limits, DeliveryQueue deliveryQueue, TimeProvider clock)
{
    private const string ReportedMessage =
        "This request was cancelled: the owner of the address reported that someone else had made it.";

    private const string BlockedMessage = "Mail to this address was stopped by the operator or after a complaint. To " +
        "subscribe again, please write to the address at the bottom of this page.";

    /// <summary>
    /// Requests a subscription: the address is sent a confirmation link, or the welcome mail again if it is already
    /// subscribed. The caller learns nothing about the address.
    /// </summary>
    /// <param name="preferences">For a new subscriber; a known one keeps the existing preferences.</param>
    public Task RequestAsync(
        EmailAddress address, Preferences preferences, ConsentOrigin consentOrigin,
        CancellationToken cancellationToken) =>
        database.WriteAsync(session => RequestAsync(session, address, preferences, consentOrigin), cancellationToken);

    /// <inheritdoc cref="RequestAsync(EmailAddress, Preferences, ConsentOrigin, CancellationToken)"/>
    public async Task RequestAsync(
        Session session, EmailAddress address, Preferences preferences, ConsentOrigin consentOrigin)
    {
        if (await blocks.IsReportedAsync(session, address) || await blocks.IsBlockedAsync(session, address))
        {
            return;
        }

        if (await limits.ReserveAsync(session, address, consentOrigin.Network) is not { } dueAt)
        {
            return;
        }

        var subscriber = await SubscriberStore.FindAsync(session, address)
            ?? await subscribers.AddPendingAsync(session, address, preferences);

        // After bounces a subscriber has to confirm again: following the link proves that mail arrives.
        var subscribed = IsSubscribed(subscriber) && subscriber.Suppression is null;
        var eventId = await subscribers.RecordConsentAsync(
            session, subscriber.Id, subscribed ? ConsentKind.Reminded : ConsentKind.Requested, consentOrigin);
        await QueueNoticeAsync(
            session, subscribed ? NoticeKind.Welcome : NoticeKind.Confirmation, subscriber.Id, eventId, dueAt);
    }

    /// <summary>Confirms the subscription. Digests are sent from now on.</summary>
    public Task<ConfirmResult> ConfirmAsync(
        LinkToken token, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync<ConfirmResult>(async session =>
        {
            if (await SubscriberStore.FindAsync(session, token.SubscriberId) is not { } subscriber ||
                subscriber.LinkEpoch != token.Epoch)
            {
                return new ConfirmResult.Rejected("This link is no longer valid. Please subscribe again.");
            }

            if (IsSubscribed(subscriber) && subscriber.Suppression is null)
            {
                return new ConfirmResult.AlreadyActive(subscriber);
            }

            // An old link must not undo a later unsubscription. (Links have a resolution of one second.)
            var history = await SubscriberStore.ListConsentEventsAsync(session, subscriber.Id);
            if (!SinceLastStateChange(history)
                .Any(e => e.Kind == ConsentKind.Requested && e.At < token.IssuedAt.AddSeconds(1)))
            {
                return new ConfirmResult.Rejected(history[^1].Kind == ConsentKind.Disputed
                    ? ReportedMessage
                    : "You have unsubscribed since this link was sent. Please subscribe again.");
            }

            // Another address of the mailbox may have been reported.
            if (await blocks.IsReportedAsync(session, subscriber))
            {
                return new ConfirmResult.Rejected(ReportedMessage);
            }

            if (!await blocks.LiftSuppressionAsync(session, subscriber))
            {
                return new ConfirmResult.Rejected(BlockedMessage);
            }

            await ActivateAsync(session, subscriber, ConsentKind.Confirmed, consentOrigin);
            return new ConfirmResult.Confirmed((await SubscriberStore.FindAsync(session, subscriber.Id))!);
        }, cancellationToken);

    /// <summary>
    /// Adds a subscriber who has consented elsewhere, on behalf of an operator, without confirmation.
    /// </summary>
    /// <returns>False if the address has unsubscribed: only its owner can undo that.</returns>
    public Task<bool> AddConfirmedAsync(
        EmailAddress address, Preferences preferences, ConsentOrigin consentOrigin,
        CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var subscriber = await SubscriberStore.FindAsync(session, address)
                ?? await subscribers.AddPendingAsync(session, address, preferences);
            if (subscriber.State == SubscriberState.Pending)
            {
                await ActivateAsync(session, subscriber, ConsentKind.Added, consentOrigin);
            }

            return subscriber.State != SubscriberState.Unsubscribed;
        }, cancellationToken);

    /// <summary>
    /// Reports that someone else signed up this address. Drops the request and blocks new ones for a while; sends
    /// nothing. Idempotent.
    /// </summary>
    public Task ReportNotMeAsync(LinkToken token, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            if (await SubscriberStore.FindAsync(session, token.SubscriberId) is not { } subscriber ||
                (await SubscriberStore.ListConsentEventsAsync(session, subscriber.Id))[^1].Kind == ConsentKind.Disputed)
            {
                return;
            }

            if (subscriber.LinkEpoch != token.Epoch && subscriber.State != SubscriberState.Pending)
            {
                // The request was confirmed, and the address changed or the links were revoked since: this is an
                // ordinary unsubscription, which its owner can undo.
                await UnsubscribeAsync(session, subscriber, consentOrigin);
                return;
            }

            if (EmailAddress.TryParse(subscriber.Address, out var address, out _))
            {
                await blocklist.AddAsync(session, address);
            }

            if (subscriber.State == SubscriberState.Pending)
            {
                await SubscriberStore.DeletePendingAsync(session, subscriber.Id);
                return;
            }

            // The request may have been confirmed by someone else too, such as a link scanner or a colleague with the
            // mail.
            await SubscriberStore.UnsubscribeAsync(session, subscriber.Id);
            await subscribers.RecordConsentAsync(session, subscriber.Id, ConsentKind.Disputed, consentOrigin);
        }, cancellationToken);

    /// <summary>
    /// Unsubscribes: no digest is composed from now on, and queued ones are not sent. Idempotent. Someone who used a
    /// link or wrote a mail is notified once, because the link may have been in someone else's hands.
    /// </summary>
    /// <returns>False if there is no such subscriber.</returns>
    public Task<bool> UnsubscribeAsync(
        long subscriberId, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            if (await SubscriberStore.FindAsync(session, subscriberId) is not { } subscriber)
            {
                return false;
            }

            await UnsubscribeAsync(session, subscriber, consentOrigin);
            return true;
        }, cancellationToken);

    /// <inheritdoc cref="UnsubscribeAsync(long, ConsentOrigin, CancellationToken)"/>
    public async Task UnsubscribeAsync(Session session, Subscriber subscriber, ConsentOrigin consentOrigin)
    {
        if (subscriber.State != SubscriberState.Unsubscribed)
        {
            await UnsubscribeCoreAsync(session, subscriber, consentOrigin);
        }
    }

    /// <summary>Undoes an unsubscription that, as its owner says from the goodbye mail, someone else made.</summary>
    public Task<ConfirmResult> UndoUnsubscribeAsync(
        LinkToken token, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync<ConfirmResult>(async session =>
        {
            if (await SubscriberStore.FindAsync(session, token.SubscriberId) is not { } subscriber ||
                subscriber.LinkEpoch != token.Epoch)
            {
                return new ConfirmResult.Rejected("This link is no longer valid. Please subscribe again.");
            }

            if (IsSubscribed(subscriber))
            {
                return new ConfirmResult.AlreadyActive(subscriber);
            }

            // The link undoes the unsubscription that it was sent for, and no later one.
            var lastUnsubscription = (await SubscriberStore.ListConsentEventsAsync(session, subscriber.Id))
                .LastOrDefault(e => e.Kind is ConsentKind.Unsubscribed or ConsentKind.Disputed);
            if (lastUnsubscription is not { Kind: ConsentKind.Unsubscribed } ||
                lastUnsubscription.At >= token.IssuedAt.AddSeconds(1))
            {
                return new ConfirmResult.Rejected("You have unsubscribed again since this link was sent.");
            }

            if (!await blocks.LiftSuppressionAsync(session, subscriber))
            {
                return new ConfirmResult.Rejected(BlockedMessage);
            }

            await subscribers.ActivateAsync(session, subscriber.Id);
            await subscribers.RecordConsentAsync(session, subscriber.Id, ConsentKind.Resubscribed, consentOrigin);
            return new ConfirmResult.Confirmed((await SubscriberStore.FindAsync(session, subscriber.Id))!);
        }, cancellationToken);

    /// <summary>Revokes all links mailed to a subscriber so far, and mails new ones.</summary>
    public Task RevokeLinksAsync(long subscriberId, ConsentOrigin consentOrigin, CancellationToken cancellationToken) =>
        database.WriteAsync(session => RevokeLinksAsync(session, subscriberId, consentOrigin), cancellationToken);

    /// <inheritdoc cref="RevokeLinksAsync(long, ConsentOrigin, CancellationToken)"/>
    public async Task RevokeLinksAsync(Session session, long subscriberId, ConsentOrigin consentOrigin)
    {
        await SubscriberStore.RevokeLinksAsync(session, subscriberId);
        var eventId = await subscribers.RecordConsentAsync(session, subscriberId, ConsentKind.Reminded, consentOrigin);
        await QueueNoticeAsync(session, NoticeKind.Welcome, subscriberId, eventId);
    }

    private static bool IsSubscribed(Subscriber subscriber) =>
        subscriber.State is SubscriberState.Active or SubscriberState.Paused;

    private async Task UnsubscribeCoreAsync(Session session, Subscriber subscriber, ConsentOrigin consentOrigin)
    {
        // Someone who keeps unsubscribing and coming back is not mailed each time.
        var notifiedToday = (await SubscriberStore.ListConsentEventsAsync(session, subscriber.Id))
            .Any(e => e.Kind == ConsentKind.Unsubscribed && e.At > clock.GetUtcNow() - TimeSpan.FromDays(1));
        await SubscriberStore.UnsubscribeAsync(session, subscriber.Id);
        await ResetLimitsAsync(session, subscriber);
        var eventId = await subscribers.RecordConsentAsync(
            session, subscriber.Id, ConsentKind.Unsubscribed, consentOrigin);
        if (IsSubscribed(subscriber) && subscriber.Suppression is null && !notifiedToday &&
            consentOrigin is { IsViaLink: true, AllowsReply: true })
        {
            await QueueNoticeAsync(session, NoticeKind.Goodbye, subscriber.Id, eventId);
        }
    }

    /// <summary>Requests since the last subscription or unsubscription, which settled all earlier ones.</summary>
    private static IEnumerable<ConsentEvent> SinceLastStateChange(IReadOnlyList<ConsentEvent> history) =>
        history.Reverse().TakeWhile(e => e.Kind is ConsentKind.Requested or ConsentKind.Reminded);

    private async Task ActivateAsync(
        Session session, Subscriber subscriber, ConsentKind kind, ConsentOrigin consentOrigin)
    {
        await subscribers.ActivateAsync(session, subscriber.Id);
        await ResetLimitsAsync(session, subscriber);
        var eventId = await subscribers.RecordConsentAsync(session, subscriber.Id, kind, consentOrigin);
        await QueueNoticeAsync(session, NoticeKind.Welcome, subscriber.Id, eventId);
    }

    private async Task ResetLimitsAsync(Session session, Subscriber subscriber)
    {
        if (EmailAddress.TryParse(subscriber.Address, out var address, out _))
        {
            await limits.ResetAsync(session, address);
        }
    }

    private Task<bool> QueueNoticeAsync(
        Session session, NoticeKind kind, long subscriberId, long eventId, DateTimeOffset? dueAt = null) =>
        deliveryQueue.EnqueueAsync(session, new Mailing.Notice(kind, eventId), subscriberId,
            LinkSigner.ConfirmationLifetime, dueAt);
}
