using TrendingMail.Delivery;
using TrendingMail.Rendering;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>
/// Makes a digest for someone to look at: all as a reader gets it, header, links and signatures, but marked in the subject and
/// by <see cref="Postmark.TestHeader"/>, and with an id that no delivery has.
/// </summary>
public sealed class TestDigest(DigestPress press, Postmark postmark, SiteOptions site, TimeProvider clock)
{
    public const string SubjectMark = "[Test] ";

    private const string Kind = "test";

    public Envelope Compose(Digest digest, Mailing mailing, Subscriber reader)
    {
        var now = clock.GetUtcNow();
        var content = press.Render(digest, reader, reader.Preferences.Format == MailFormat.Html);
        return postmark.Address(
            new ClaimedDelivery
            {
                // Far above what the ledger counts to: a bounce of a test is nobody's.
                Id = now.ToUnixTimeMilliseconds(), Kind = Kind, Key = mailing.Key, SubscriberId = reader.Id, Attempts = 1,
                QueuedAt = now, ExpiresAt = now,
            },
            reader, content with { Subject = SubjectMark + content.Subject }, DigestModel.Url(digest, site),
            digest.PublishedAt, isTest: true);
    }
}
