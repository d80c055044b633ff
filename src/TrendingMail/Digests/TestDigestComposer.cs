using TrendingMail.Delivery;
using TrendingMail.Digests.Content;
using TrendingMail.Messages;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

namespace TrendingMail.Digests;

/// <summary>
/// Composes a test digest: exactly what a subscriber gets, including header, links and signatures, but marked in the
/// subject and by <see cref="MessageFactory.TestHeader"/>, and with an id that no delivery has.
/// </summary>
public sealed class TestDigestComposer(BulkDigestComposer bulkComposer, MessageFactory messageFactory, SiteOptions site, TimeProvider clock)
{
    public const string SubjectPrefix = "[Test] ";

    private const string Kind = "test";

    public Envelope Compose(Digest digest, Mailing mailing, Subscriber subscriber)
    {
        var now = clock.GetUtcNow();
        var content = bulkComposer.Render(digest, subscriber, subscriber.Preferences.Format == MailFormat.Html);
        return messageFactory.Create(
            new ClaimedDelivery
            {
                // Far above any delivery id: a bounce of a test message matches no delivery.
                Id = now.ToUnixTimeMilliseconds(), Kind = Kind, Key = mailing.Key, SubscriberId = subscriber.Id, Attempts = 1,
                QueuedAt = now, ExpiresAt = now,
            },
            subscriber, content with { Subject = SubjectPrefix + content.Subject }, DigestModel.EditionUrl(digest, site),
            digest.PublishedAt, isTest: true);
    }
}
