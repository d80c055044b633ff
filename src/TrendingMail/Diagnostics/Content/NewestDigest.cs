using TrendingMail.Digests;
using TrendingMail.Digests.Selection;
using TrendingMail.Editions;
using TrendingMail.Messages;

namespace TrendingMail.Diagnostics.Content;

/// <summary>
/// Composes the newest edition's digest for a made-up subscriber, signed, as it would leave. Nothing is queued, and the
/// links in it belong to nobody.
/// </summary>
/// <param name="createComposer">
/// Called only if there is an edition, because the composer creates the key ring and reads the DKIM keys.
/// </param>
internal sealed class NewestDigest(
    EditionStore editions, DigestSelector selector, Func<DigestComposer> createComposer, DigestOptions options,
    TimeProvider clock)
{
    /// <summary>An address that no mail server has (RFC 2606).</summary>
    private const string Recipient = "subscriber@example.org";

    /// <exception cref="TrendingMailException">There is no edition yet, or the digest cannot be composed.</exception>
    public async Task<ComposedDigest> ComposeAsync(CancellationToken cancellationToken)
    {
        var edition = await editions.FindNewestSummaryAsync(cancellationToken) ??
            throw new TrendingMailException("There is no edition yet, and so no digest to check.");
        var now = clock.GetUtcNow();
        var subscriber = DefaultPreferences.UnsavedSubscriber(Recipient, options, now);
        var mailing = Digests.Digest.MailingFor(weekly: false, edition.Day);
        var digest = await selector.SelectAsync(mailing, subscriber, cancellationToken) ??
            throw new TrendingMailException("The newest edition has no papers, and so there is no digest to check.");
        using var envelope = createComposer().Compose(
            digest, new MessageIdentity(mailing, DeliveryId: 0, now), subscriber);
        return await ComposedDigest.ParseAsync(envelope.Message.Written.ToArray(), cancellationToken);
    }
}
