using MimeKit;
using TrendingMail.Rendering;
using TrendingMail.Subscribers;

namespace TrendingMail.Delivery;

/// <summary>Addresses a rendered mail to a reader: header, return path, signature.</summary>
public sealed class Postmark(
    MailOptions mail, SiteOptions site, ReturnPath returnPath, ReaderLinks links, DkimSignatures dkim)
{
    /// <param name="delivery">Its id and time make Message-ID, date and links, so that each attempt has the same bytes.</param>
    /// <param name="archiveUrl">Where the mail's content stands on the web; null for a mail that is none of the list's.</param>
    public Envelope Address(ClaimedDelivery delivery, Subscriber reader, MailContent content, string? archiveUrl)
    {
        // Addresses are made anew for each message: a MailboxAddress keeps every message alive that it stands in.
        var recipient = Mailbox(reader.Address);
        var message = MimeBuilder.Build(content, new MailHeaders
        {
            From = new MailboxAddress(site.Name, mail.From),
            To = Mailbox(reader.Address),
            ReplyTo = mail.ReplyTo.Length > 0 ? Mailbox(mail.ReplyTo) : null,
            MessageId = $"{delivery.Kind}-{delivery.Key}.{delivery.Id}@{mail.Domain}",
            Date = delivery.QueuedAt,
            FeedbackId = $"{delivery.Key}:{delivery.Kind}:trendingmail:{mail.Domain}",
            List = archiveUrl is null ? null : List(delivery, reader, archiveUrl),
        });
        dkim.Sign(message);
        return new Envelope(message, Mailbox(Sender(delivery)), recipient);
    }

    private static MailboxAddress Mailbox(string address) => new("", address);

    private string Sender(ClaimedDelivery delivery) =>
        mail.BounceAddress.Length > 0 ? returnPath.For(delivery.Id) : mail.From;

    private ListHeaders List(ClaimedDelivery delivery, Subscriber reader, string archiveUrl)
    {
        var unsubscribe = links.Unsubscribe(reader, delivery.QueuedAt);
        var token = unsubscribe[(unsubscribe.LastIndexOf('/') + 1)..];
        return new ListHeaders
        {
            Id = $"digest.{mail.Domain}",
            Name = site.Name,
            UnsubscribeUrl = unsubscribe,
            UnsubscribeMailto = $"mailto:{(mail.ReplyTo.Length > 0 ? mail.ReplyTo : mail.From)}?subject=unsubscribe%20{token}",
            ArchiveUrl = archiveUrl,
            HelpUrl = $"mailto:{site.Contact}?subject=help",
        };
    }
}
