using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>Makes the mail of a digest.</summary>
public sealed class DigestComposer(DigestDesk desk, SubscriberStore subscribers, DigestPress press)
{
    /// <summary>For the delivery of both kinds of digests.</summary>
    public Composer AsComposer() => new([MailingKind.Daily, MailingKind.Weekly], ComposeAsync);

    /// <summary>The mail with which <paramref name="delivery"/> takes a digest to a reader.</summary>
    public Envelope Compose(Digest digest, Subscriber reader, ClaimedDelivery delivery) =>
        press.Print(digest, reader, delivery);

    private async Task<Composition> ComposeAsync(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        var reader = delivery.Reader ?? await subscribers.FindAsync(delivery.SubscriberId, cancellationToken);
        if (reader is not { State: SubscriberState.Active })
        {
            return new Composition.Skip($"the reader is {reader?.State.ToString() ?? "gone"}");
        }

        if (reader.Suppression is { } reason)
        {
            return new Composition.Skip($"the address is suppressed: {reason.ToColumn()}");
        }

        return await desk.FindAsync(new Mailing(delivery.Kind, delivery.Key), reader, cancellationToken) switch
        {
            null => new Composition.Skip($"there is no edition of {delivery.Key} that this reader has not had"),
            { Count: 0 } => new Composition.Skip("the reader has muted all of its papers"),
            var digest => new Composition.Mail(Compose(digest, reader, delivery)),
        };
    }
}
