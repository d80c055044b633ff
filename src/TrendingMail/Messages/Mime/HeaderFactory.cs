using MimeKit;
using TrendingMail.Configuration;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

namespace TrendingMail.Messages.Mime;

/// <summary>The values in the header of a mailing that differ between recipients.</summary>
/// <param name="UnsubscribeToken">The token in the List-Unsubscribe URLs.</param>
internal readonly record struct RecipientHeader(
    string To, string MessageId, DateTimeOffset Date, string UnsubscribeToken);

/// <summary>Creates the header values and return paths of messages.</summary>
internal sealed class HeaderFactory(
    SenderOptions sender, SiteOptions site, ReturnPath returnPath, SubscriberLinks links)
{
    private readonly string domain = sender.Domain;

    private readonly string from = InternetName.ToAscii(sender.From);

    private readonly string replyTo = InternetName.ToAscii(sender.ReplyTo);

    /// <param name="linksIssuedAt">
    /// The issue time in the unsubscribe token; null for the time the delivery was queued.
    /// </param>
    public RecipientHeader CreateRecipientHeader(
        MessageIdentity identity, Subscriber subscriber, DateTimeOffset? linksIssuedAt = null) => CreateRecipientHeader(
            identity, subscriber.Address, links.UnsubscribeToken(subscriber, linksIssuedAt ?? identity.QueuedAt));

    public RecipientHeader CreateRecipientHeader(MessageIdentity identity, string to, string unsubscribeToken) =>
        new(to, identity.FormatMessageId(domain), identity.QueuedAt, unsubscribeToken);

    /// <param name="archiveUrl">The URL of the content on the web; null if it is not part of a newsletter.</param>
    public MailHeaders Create(MessageIdentity identity, RecipientHeader recipient, string? archiveUrl) => new()
    {
        // Do not reuse a MailboxAddress: it holds a reference to every message that it was added to.
        From = new MailboxAddress(site.Name, from),
        To = CreateMailbox(recipient.To),
        ReplyTo = replyTo.Length > 0 ? CreateMailbox(replyTo) : null,
        MessageId = recipient.MessageId,
        Date = recipient.Date,
        FeedbackId = identity.FormatFeedbackId(domain),
        List = archiveUrl is null ? null : CreateListHeaders(recipient.UnsubscribeToken, archiveUrl),
    };

    public MailHeaders CreateForAlert(long alertId, DateTimeOffset raisedAt) => new()
    {
        From = new MailboxAddress(site.Name, from),
        To = CreateMailbox(InternetName.ToAscii(site.Contact)),
        MessageId = $"alert.{alertId}@{domain}",
        Date = raisedAt,
        FeedbackId = $"alert:operator:{domain}:trendingmail",
    };

    /// <summary>The return path.</summary>
    public string GetSender(MessageIdentity identity) =>
        sender.BounceAddress.Length > 0 ? returnPath.For(identity.DeliveryId) : from;

    private static MailboxAddress CreateMailbox(string address) => new("", address);

    private ListHeaders CreateListHeaders(string token, string archiveUrl) => new()
    {
        Id = $"digest.{domain}",
        Name = site.Name,
        UnsubscribeUrl = links.Unsubscribe(token),
        UnsubscribeMailto =
            $"{InternetName.ToMailto(replyTo.Length > 0 ? replyTo : from)}?subject=unsubscribe%20{token}",
        ArchiveUrl = archiveUrl,
        HelpUrl = $"{InternetName.ToMailto(site.Contact)}?subject=help",
    };
}
