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

    public Envelope Compose(Digest digest, Subscriber subscriber)
    {
        var now = clock.GetUtcNow();
        var content = bulkComposer.Render(digest, subscriber, subscriber.Preferences.Format == MailFormat.Html);
        return messageFactory.Create(
            MessageIdentity.ForTest(digest.Mailing, now), subscriber,
            content with { Subject = SubjectPrefix + content.Subject }, DigestModel.EditionUrl(digest, site), digest.PublishedAt);
    }
}
