using MimeKit;
using TrendingMail.Links;
using TrendingMail.Messages.Bulk;
using TrendingMail.Messages.Dkim;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

namespace TrendingMail.Messages;

/// <summary>Creates the message to a subscriber from rendered content: header, return path, signatures.</summary>
public sealed class MessageFactory(
    SenderOptions mail, SiteOptions site, ReturnPath returnPath, SubscriberLinks links, DkimSignatures dkim)
{
    /// <summary>The header field that marks a test message.</summary>
    public const string TestHeader = "X-TrendingMail-Test";

    /// <summary>Two strings of the length of an unsubscribe token that have no character in common.</summary>
    private static readonly string[] SampleTokens =
        [.. new[] { 'q', 'Z' }.Select(c => new string(c, LinkSigner.TokenLength(LinkPurpose.Unsubscribe)))];

    private readonly string domain = mail.Domain;

    /// <summary>One entry is enough: the variants of a mailing are created one after the other.</summary>
    private volatile CachedTemplate? cachedTemplate;

    /// <param name="archiveUrl">The URL of the content on the web; null if it is not part of a newsletter.</param>
    /// <param name="linksIssuedAt">See <see cref="CreateRecipientHeader"/>.</param>
    public Envelope Create(
        MessageIdentity identity, Subscriber subscriber, MailContent content, string? archiveUrl,
        DateTimeOffset? linksIssuedAt = null)
    {
        var header = CreateRecipientHeader(identity, subscriber, linksIssuedAt);
        using var message = MimeBuilder.Build(content, CreateHeaders(identity, header, archiveUrl));
        if (identity.IsTest)
        {
            message.Headers.Add(TestHeader, "yes");
        }

        return new Envelope(header.MessageId, GetSender(identity), subscriber.Address, dkim.Sign(message));
    }

    /// <summary>Creates a message from a variant that was rendered once for many subscribers.</summary>
    /// <param name="recipient">See <see cref="CreateRecipientHeader"/>.</param>
    /// <returns>Null if one of the subscriber's values requires the message to be composed individually.</returns>
    public Envelope? Create(
        MessageIdentity identity, RecipientHeader recipient, MailVariant variant, PlaceholderValues values)
    {
        var message = new WireBuffer(headroom: dkim.Headroom);
        if (!variant.TryWriteHeader(recipient, message))
        {
            message.Dispose();
            return null;
        }

        var headerLength = message.Length;
        message.Append("\r\n"u8);
        variant.WriteBody(values, message);
        dkim.Sign(message, headerLength, identity.QueuedAt);
        return new Envelope(recipient.MessageId, GetSender(identity), recipient.To, message);
    }

    /// <summary>The header values of this subscriber and delivery.</summary>
    /// <param name="linksIssuedAt">
    /// The issue time in the unsubscribe token; null for the time the delivery was queued.
    /// </param>
    public RecipientHeader CreateRecipientHeader(
        MessageIdentity identity, Subscriber subscriber, DateTimeOffset? linksIssuedAt = null) => new(
        subscriber.Address, identity.FormatMessageId(domain), identity.QueuedAt,
        links.UnsubscribeToken(subscriber, linksIssuedAt ?? identity.QueuedAt));

    /// <summary>The header and MIME structure that all messages of a mailing have in common.</summary>
    /// <returns>Null if they have none in common; such messages are composed individually.</returns>
    public HeaderTemplate? GetHeaderTemplate(Mailing mailing, string archiveUrl, bool withHtml) =>
        cachedTemplate is { } cached && cached.Key == (mailing, archiveUrl, withHtml)
            ? cached.Template
            : (cachedTemplate = new CachedTemplate((mailing, archiveUrl, withHtml), InferHeaderTemplate(mailing, archiveUrl, withHtml))).Template;

    private HeaderTemplate? InferHeaderTemplate(Mailing mailing, string archiveUrl, bool withHtml)
    {
        var samples = SampleTokens.Select((token, i) =>
        {
            var identity = new MessageIdentity(
                mailing, i == 0 ? long.MaxValue : 1, new DateTimeOffset(2001, 2, 3 + i, 4, 5, 6, TimeSpan.Zero));
            var recipient = new RecipientHeader(
                $"zq7x{new string('r', i)}@example.com", identity.FormatMessageId(domain), identity.QueuedAt, token);
            return (recipient, CreateHeaders(identity, recipient, archiveUrl));
        }).ToArray();
        return HeaderTemplate.Infer(samples[0], samples[1], withHtml);
    }

    private MailHeaders CreateHeaders(MessageIdentity identity, RecipientHeader recipient, string? archiveUrl) => new()
    {
        // Do not reuse a MailboxAddress: it holds a reference to every message that it was added to.
        From = new MailboxAddress(site.Name, mail.From),
        To = CreateMailbox(recipient.To),
        ReplyTo = mail.ReplyTo.Length > 0 ? CreateMailbox(mail.ReplyTo) : null,
        MessageId = recipient.MessageId,
        Date = recipient.Date,
        FeedbackId = identity.FormatFeedbackId(domain),
        List = archiveUrl is null ? null : CreateListHeaders(recipient.UnsubscribeToken, archiveUrl),
    };

    private static MailboxAddress CreateMailbox(string address) => new("", address);

    private string GetSender(MessageIdentity identity) =>
        mail.BounceAddress.Length > 0 ? returnPath.For(identity.DeliveryId) : mail.From;

    private ListHeaders CreateListHeaders(string token, string archiveUrl) => new()
    {
        Id = $"digest.{domain}",
        Name = site.Name,
        UnsubscribeUrl = links.Unsubscribe(token),
        UnsubscribeMailto = $"mailto:{(mail.ReplyTo.Length > 0 ? mail.ReplyTo : mail.From)}?subject=unsubscribe%20{token}",
        ArchiveUrl = archiveUrl,
        HelpUrl = $"mailto:{site.Contact}?subject=help",
    };

    private sealed record CachedTemplate((Mailing Mailing, string ArchiveUrl, bool WithHtml) Key, HeaderTemplate? Template);
}
