using TrendingMail.Delivery;
using TrendingMail.Digests.Content;
using TrendingMail.Digests.Selection;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

namespace TrendingMail.Digests;

/// <summary>Composes digest messages.</summary>
public sealed class DigestComposer(
    DigestSelector selector, MessageComposer messages, SubscriberLinks links, SiteOptions site)
{
    /// <summary>The composer of daily and weekly mailings.</summary>
    public Task<Composition>? ComposeAsync(
        MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken) =>
        identity.Mailing is Mailing.Digest mailing
            ? ComposeAsync(mailing, identity, subscriber, cancellationToken)
            : null;

    /// <summary>Composes a digest for one subscriber.</summary>
    public Envelope Compose(Digest digest, MessageIdentity identity, Subscriber subscriber) =>
        messages.Compose(identity, subscriber, CreateContent(digest));

    /// <summary>Renders a digest as the message to a subscriber shows it.</summary>
    public MailContent Render(Digest digest, Subscriber subscriber, bool withHtml) =>
        messages.Render(CreateContent(digest), subscriber, withHtml);

    private DigestContent CreateContent(Digest digest) => new(digest, links, site);

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
            null => new Composition.Skip(
                $"the subscriber has received every edition of {mailing.Key}, or there is none"),
            { Count: 0 } => new Composition.Skip("the subscriber has muted all of its papers"),
            var digest => new Composition.Mail(
                Compose(digest, identity, subscriber), digest.GetSelection(subscriber.Preferences.Language)),
        };
    }
}
