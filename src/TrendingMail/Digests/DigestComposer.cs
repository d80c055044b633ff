using TrendingMail.Delivery;
using TrendingMail.Digests.Content;
using TrendingMail.Digests.Selection;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>Composes digest messages.</summary>
public sealed class DigestComposer(DigestSelector selector, SubscriberStore subscribers, BulkDigestComposer bulkComposer)
{
    /// <summary>The composer for daily and weekly mailings.</summary>
    public Composer AsComposer() => new([MailingKind.Daily, MailingKind.Weekly], ComposeAsync);

    /// <summary>Composes a digest for one delivery.</summary>
    public Envelope Compose(Digest digest, Subscriber subscriber, ClaimedDelivery delivery) =>
        bulkComposer.Compose(digest, subscriber, delivery);

    private async Task<Composition> ComposeAsync(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        var subscriber = delivery.Subscriber ?? await subscribers.FindAsync(delivery.SubscriberId, cancellationToken);
        if (subscriber is not { State: SubscriberState.Active })
        {
            return new Composition.Skip($"the subscriber is {subscriber?.State.ToString() ?? "gone"}");
        }

        if (subscriber.Suppression is { } reason)
        {
            return new Composition.Skip($"the address is suppressed: {reason.ToColumn()}");
        }

        return await selector.SelectAsync(new Mailing(delivery.Kind, delivery.Key), subscriber, cancellationToken) switch
        {
            null => new Composition.Skip($"the subscriber has received every edition of {delivery.Key}, or there is none"),
            { Count: 0 } => new Composition.Skip("the subscriber has muted all of its papers"),
            var digest => new Composition.Mail(Compose(digest, subscriber, delivery)),
        };
    }
}
