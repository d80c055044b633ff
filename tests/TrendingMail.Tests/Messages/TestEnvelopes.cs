using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Messages;
using TrendingMail.Messages.Mime;
using TrendingMail.Subscribers;

namespace TrendingMail.Tests.Messages;

public static class TestEnvelopes
{
    public static Envelope To(
        string recipient, string messageId = "daily-2026-11-23.1@example.org", string subject = "Papers")
    {
        using var message = Message(recipient, messageId, subject);
        return new Envelope(messageId, "bounces@example.org", recipient, MimeBuilder.Write(message));
    }

    public static MimeMessage Message(
        string recipient, string messageId = "daily-2026-11-23.1@example.org", string subject = "Papers")
    {
        var message = new MimeMessage
        {
            Subject = subject,
            Body = new TextPart("plain") { Text = "Ada, here are your papers.\n" },
            MessageId = messageId,
            Date = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero),
        };
        message.From.Add(new MailboxAddress("Papers", "papers@example.org"));
        message.To.Add(new MailboxAddress("", recipient));
        message.Prepare(EncodingConstraint.SevenBit);
        return message;
    }

    /// <summary>Parses the message as a mail client does.</summary>
    public static MimeMessage Read(this Envelope envelope) => Read(envelope.Message);

    public static MimeMessage Read(WireBuffer message)
    {
        using var stream = new MemoryStream(message.Written.ToArray());
        return MimeMessage.Load(stream, TestContext.Current.CancellationToken);
    }

    /// <summary>A composer of plain-text messages for all daily digests.</summary>
    public static Task<Composition>? ComposeAsync(
        MessageIdentity identity, Subscriber subscriber,
        CancellationToken cancellationToken) => identity.Mailing is Mailing.Daily
            ? Task.FromResult<Composition>(
                new Composition.Mail(To("subscriber@example.net", $"{identity.DeliveryId}@example.org")))
            : null;
}
