using MimeKit;
using TrendingMail.Delivery;

namespace TrendingMail.Tests.Delivery;

public static class TestEnvelopes
{
    public static Envelope To(string recipient, string messageId = "daily-2026-11-23.1@example.org")
    {
        var message = new MimeMessage
        {
            Subject = "Papers",
            Body = new TextPart("plain") { Text = "Ada, here are your papers.\n" },
            MessageId = messageId,
            Date = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero),
        };
        message.From.Add(new MailboxAddress("Papers", "papers@example.org"));
        message.To.Add(new MailboxAddress("", recipient));
        return new Envelope(message, new MailboxAddress("", "bounces@example.org"), new MailboxAddress("", recipient));
    }

    /// <summary>A composer of plain mails for every delivery of digests.</summary>
    public static Composer Composer() => new([MailingKind.Daily], (delivery, _) =>
        Task.FromResult<Composition>(new Composition.Mail(To("reader@example.net", $"{delivery.Id}@example.org"))));
}
