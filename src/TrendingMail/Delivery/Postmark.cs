using MimeKit;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Variants;
using TrendingMail.Subscribers;

namespace TrendingMail.Delivery;

/// <summary>Addresses a rendered mail to a reader: header, return path, signature.</summary>
public sealed class Postmark(
    MailOptions mail, SiteOptions site, ReturnPath returnPath, ReaderLinks links, DkimSignatures dkim)
{
    /// <summary>Stands in a mail that was sent to try how mails come through.</summary>
    public const string TestHeader = "X-TrendingMail-Test";

    /// <summary>As many bytes as a token for List-Unsubscribe has; two that have nothing in common.</summary>
    private static readonly string[] SampleTokens =
        [.. new[] { 'q', 'Z' }.Select(c => new string(c, LinkSigner.TokenLength(LinkPurpose.Unsubscribe)))];

    private readonly string domain = mail.Domain;

    /// <summary>Variants of one mailing are made one after the other.</summary>
    private volatile KnownForm? latestForm;

    /// <param name="delivery">Its id and time make Message-ID, date and links, so that each attempt has the same bytes.</param>
    /// <param name="archiveUrl">Where the mail's content stands on the web; null for a mail that is none of the list's.</param>
    /// <param name="linksIssuedAt">See <see cref="HeaderOf"/>.</param>
    public Envelope Address(
        ClaimedDelivery delivery, Subscriber reader, MailContent content, string? archiveUrl,
        DateTimeOffset? linksIssuedAt = null, bool isTest = false)
    {
        var header = HeaderOf(delivery, reader, linksIssuedAt);
        using var message = MimeBuilder.Build(content, Headers(delivery.Kind, delivery.Key, header, archiveUrl));
        if (isTest)
        {
            message.Headers.Add(TestHeader, "yes");
        }

        return new Envelope(header.MessageId, Sender(delivery), reader.Address, dkim.Sign(message));
    }

    /// <summary>Addresses what was rendered once for many readers.</summary>
    /// <param name="reader">See <see cref="HeaderOf"/>.</param>
    /// <returns>Null where one of the reader's values needs a message of its own.</returns>
    public Envelope? Address(
        ClaimedDelivery delivery, ReaderHeader reader, MailVariant variant, SlotValues values)
    {
        var message = new WireBuffer(headroom: dkim.Headroom);
        if (!variant.TryWriteHeader(reader, message))
        {
            message.Dispose();
            return null;
        }

        var headerLength = message.Length;
        message.Append("\r\n"u8);
        variant.WriteBody(values, message);
        dkim.Sign(message, headerLength, delivery.QueuedAt);
        return new Envelope(reader.MessageId, Sender(delivery), reader.To, message);
    }

    /// <summary>What the mail's header says of this reader and delivery.</summary>
    /// <param name="linksIssuedAt">Stands in the token for List-Unsubscribe; null for the delivery's own time.</param>
    public ReaderHeader HeaderOf(
        ClaimedDelivery delivery, Subscriber reader, DateTimeOffset? linksIssuedAt = null) => new(
        reader.Address, MessageId(delivery.Kind, delivery.Key, delivery.Id), delivery.QueuedAt,
        links.UnsubscribeToken(reader, linksIssuedAt ?? delivery.QueuedAt));

    /// <summary>Header and frames that all mails of a mailing have in common.</summary>
    /// <returns>Null where they have not; such mails are made one by one.</returns>
    public MailForm? FormOf(string kind, string key, string archiveUrl, bool withHtml) =>
        latestForm is { } known && known.Key == (kind, key, archiveUrl, withHtml)
            ? known.Form
            : (latestForm = new KnownForm((kind, key, archiveUrl, withHtml), Learn(kind, key, archiveUrl, withHtml))).Form;

    private MailForm? Learn(string kind, string key, string archiveUrl, bool withHtml)
    {
        var samples = SampleTokens.Select((token, i) =>
        {
            var id = MessageId(kind, key, i == 0 ? long.MaxValue : 1);
            var reader = new ReaderHeader(
                $"zq7x{new string('r', i)}@example.com", id, new DateTimeOffset(2001, 2, 3 + i, 4, 5, 6, TimeSpan.Zero), token);
            return (reader, Headers(kind, key, reader, archiveUrl));
        }).ToArray();
        return MailForm.Learn(samples[0], samples[1], withHtml);
    }

    private string MessageId(string kind, string key, long delivery) => $"{kind}-{key}.{delivery}@{domain}";

    private MailHeaders Headers(string kind, string key, ReaderHeader reader, string? archiveUrl) => new()
    {
        // Addresses are made anew for each message: a MailboxAddress keeps every message alive that it stands in.
        From = new MailboxAddress(site.Name, mail.From),
        To = Mailbox(reader.To),
        ReplyTo = mail.ReplyTo.Length > 0 ? Mailbox(mail.ReplyTo) : null,
        MessageId = reader.MessageId,
        Date = reader.Date,
        FeedbackId = $"{key}:{kind}:trendingmail:{domain}",
        List = archiveUrl is null ? null : List(reader.Token, archiveUrl),
    };

    private static MailboxAddress Mailbox(string address) => new("", address);

    private string Sender(ClaimedDelivery delivery) =>
        mail.BounceAddress.Length > 0 ? returnPath.For(delivery.Id) : mail.From;

    private ListHeaders List(string token, string archiveUrl) => new()
    {
        Id = $"digest.{domain}",
        Name = site.Name,
        UnsubscribeUrl = links.Unsubscribe(token),
        UnsubscribeMailto = $"mailto:{(mail.ReplyTo.Length > 0 ? mail.ReplyTo : mail.From)}?subject=unsubscribe%20{token}",
        ArchiveUrl = archiveUrl,
        HelpUrl = $"mailto:{site.Contact}?subject=help",
    };

    private sealed record KnownForm((string Kind, string Key, string ArchiveUrl, bool WithHtml) Key, MailForm? Form);
}
