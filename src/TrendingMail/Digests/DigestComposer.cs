using TrendingMail.Delivery;
using TrendingMail.Digests.Content;
using TrendingMail.Digests.Selection;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>Composes digest messages.</summary>
public sealed class DigestComposer(DigestSelector selector, BulkDigestComposer bulkComposer)
{
    /// <summary>The composer of daily and weekly mailings.</summary>
    public Task<Composition>? ComposeAsync(MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken) =>
        identity.Mailing is Mailing.Digest mailing ? ComposeAsync(mailing, identity, subscriber, cancellationToken) : null;

    /// <summary>Composes a digest for one subscriber.</summary>
    public Envelope Compose(Digest digest, Subscriber subscriber, MessageIdentity identity) =>
        bulkComposer.Compose(digest, subscriber, identity);

    private async Task<Composition> ComposeAsync(
        Mailing.Digest mailing, MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken)
    {
        if (subscriber.State != SubscriberState.Active)
        {
            return new Composition.Skip($"the subscriber is {subscriber.State}");
        }

        if (subscriber.Suppression is { } reason)
        {
            return new Composition.Skip($"the address is suppressed: {reason.ToColumn()}");
        }

        return await selector.SelectAsync(mailing, subscriber, cancellationToken) switch
        {
            null => new Composition.Skip($"the subscriber has received every edition of {mailing.Key}, or there is none"),
            { Count: 0 } => new Composition.Skip("the subscriber has muted all of its papers"),
            var digest => new Composition.Mail(Compose(digest, subscriber, identity)),
        };
    }
}
