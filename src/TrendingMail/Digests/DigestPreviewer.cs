using System.Text;
using MimeKit;
using TrendingMail.Digests.Selection;
using TrendingMail.Editions;
using TrendingMail.Messages;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Digests;

/// <summary>The outcome of a preview.</summary>
public abstract record PreviewResult
{
    /// <param name="Html">Null if the subscriber receives plain text only.</param>
    /// <param name="Source">The complete message.</param>
    public sealed record Composed(Subscriber Subscriber, string Text, string? Html, string Source) : PreviewResult;

    /// <summary>The subscriber has already received every edition of the mailing.</summary>
    public sealed record NothingToSend(Subscriber Subscriber, Mailing Mailing) : PreviewResult;

    public sealed record UnknownSubscriber : PreviewResult;
}

/// <summary>Composes the digest that a subscriber would receive; nothing is queued or recorded.</summary>
public sealed class DigestPreviewer(
    SubscriberStore subscribers, DigestSelector selector, DigestComposer composer, DigestOptions options,
    TimeProvider clock)
{
    /// <param name="address">A subscriber; null for a new one with the default preferences.</param>
    public async Task<PreviewResult> PreviewAsync(
        Edition edition, EmailAddress? address, CancellationToken cancellationToken)
    {
        var subscriber = address is null
            ? DefaultPreferences.UnsavedSubscriber("subscriber@example.org", options, clock.GetUtcNow())
            : await subscribers.FindAsync(address, cancellationToken);
        if (subscriber is null)
        {
            return new PreviewResult.UnknownSubscriber();
        }

        var mailing = Digest.MailingFor(subscriber.Preferences.Frequency == Frequency.Weekly, edition.Day);
        if (await selector.SelectAsync(mailing, subscriber, cancellationToken) is not { } digest)
        {
            return new PreviewResult.NothingToSend(subscriber, mailing);
        }

        using var envelope = composer.Compose(
            digest, new MessageIdentity(mailing, DeliveryId: 0, clock.GetUtcNow()), subscriber);
        return await ReadAsync(subscriber, envelope, cancellationToken);
    }

    private static async Task<PreviewResult> ReadAsync(
        Subscriber subscriber, Envelope envelope, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(envelope.Message.Memory.ToArray());
        using var message = await MimeMessage.LoadAsync(stream, cancellationToken);
        return new PreviewResult.Composed(
            subscriber, message.TextBody!, message.HtmlBody, Encoding.UTF8.GetString(envelope.Message.Written));
    }
}
