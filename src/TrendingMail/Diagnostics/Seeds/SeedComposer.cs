using TrendingMail.Digests;
using TrendingMail.Digests.Selection;
using TrendingMail.Editions;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Subscribers;

namespace TrendingMail.Diagnostics.Seeds;

/// <summary>Composes for a seed mailbox what a new subscriber without interests gets.</summary>
public sealed class SeedComposer(DigestSelector selector, DigestComposer composer, DigestOptions options)
{
    /// <returns>Null if the mailing has nothing to send.</returns>
    internal async Task<Envelope?> ComposeAsync(SeedMessage message, CancellationToken cancellationToken)
    {
        if (message.Mailing is not Mailing.Digest mailing)
        {
            return null;
        }

        var subscriber = DefaultPreferences.UnsavedSubscriber(message.Address, options, message.QueuedAt);
        var frequency = mailing is Mailing.Weekly ? Frequency.Weekly : subscriber.Preferences.Frequency;
        var recipient = subscriber with
        {
            Id = SeedIds.For(message.Id),
            Preferences = subscriber.Preferences with { Frequency = frequency },
        };
        return await selector.SelectAsync(mailing, recipient, cancellationToken) is { Count: > 0 } selected
            ? composer.Compose(selected, MessageIdentity.ForSeed(mailing, message.Id, message.QueuedAt), recipient)
            : null;
    }
}
