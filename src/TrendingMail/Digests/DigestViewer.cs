using TrendingMail.Delivery.History;
using TrendingMail.Digests.Selection;
using TrendingMail.Messages;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>Shows digests in the browser as they were sent.</summary>
public sealed class DigestViewer(DigestSelector selector, DigestComposer composer, DeliveryHistory history)
{
    /// <summary>Renders a digest in the language and with the papers it was sent with.</summary>
    /// <returns>
    /// Null if there is nothing to show. A digest whose contents were not recorded is selected anew.
    /// </returns>
    public async Task<string?> RenderAsync(
        Mailing.Digest mailing, Subscriber subscriber, CancellationToken cancellationToken)
    {
        var text = await history.FindSelectionAsync(subscriber.Id, mailing, cancellationToken);
        var sent = text is null ? null : SentDigest.Parse(text);
        var digest = sent is null
            ? await selector.SelectAsync(mailing, subscriber, cancellationToken)
            : await selector.RestoreAsync(mailing, sent, cancellationToken);
        if (digest is not { Count: > 0 })
        {
            return null;
        }

        var recipient = sent is null
            ? subscriber
            : subscriber with { Preferences = subscriber.Preferences with { Language = sent.Language } };
        return composer.Render(digest, recipient, withHtml: true).Html;
    }
}
