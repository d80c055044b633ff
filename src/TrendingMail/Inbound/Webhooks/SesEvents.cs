using System.Text.Json;
using TrendingMail.Inbound.Reports;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>
/// Amazon SES's events, as it publishes them to SNS:
/// https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html and
/// event-publishing-retrieving-sns-contents.html. They come by HTTP, and as mails that nobody signed.
/// </summary>
internal static class SesEvents
{
    public const string Provider = "ses";

    /// <returns>Null where it is no event of SES.</returns>
    public static ProviderEvent? Read(JsonElement json)
    {
        if ((json.Text("notificationType") ?? json.Text("eventType")) is not { } type)
        {
            return null;
        }

        var mail = json.Object("mail");
        var (name, about, recipients) = type.ToLowerInvariant() switch
        {
            "bounce" => Of(json.Object("bounce"), "bouncedRecipients", bounce =>
                $"bounce {bounce.Text("bounceType")} {bounce.Text("bounceSubType")}"),
            "complaint" => Of(json.Object("complaint"), "complainedRecipients", _ => "complaint"),
            "deliverydelay" => Of(json.Object("deliveryDelay"), "delayedRecipients", delay =>
                $"deliverydelay {delay.Text("delayType")}"),
            "delivery" => ("delivery", json.Object("delivery"), Addresses(json.Object("delivery"), "recipients")),
            "subscription" => (
                json.Object("subscription").Object("newTopicPreferences").Text("unsubscribeAll") == "true"
                    ? "subscription unsubscribeall" : "subscription",
                json.Object("subscription"), Addresses(mail, "destination")),
            _ => (type, json.Object(type.ToLowerInvariant()), Addresses(mail, "destination")),
        };
        return new ProviderEvent
        {
            Provider = Provider,
            Id = about.Text("feedbackId") is { Length: > 0 } feedback
                ? $"{type} {feedback}"
                : $"{type} {mail.Text("messageId")} {about.Text("timestamp") ?? mail.Text("timestamp")} " +
                    string.Join(' ', recipients.Select(r => r.Address)),
            Name = name,
            Recipients = recipients,
            FeedbackType = about.Text("complaintFeedbackType"),
            Returned = ReturnedOf(mail),
        };
    }

    private static (string, JsonElement, IReadOnlyList<EventRecipient>) Of(
        JsonElement about, string recipients, Func<JsonElement, string> name) =>
        (name(about), about,
        [
            .. about.Items(recipients).Select(r => ReportFields.Usable(r.Text("emailAddress")) is { } address
                ? new EventRecipient(address, r.Text("status"), r.Text("diagnosticCode"))
                : null).OfType<EventRecipient>(),
        ]);

    private static IReadOnlyList<EventRecipient> Addresses(JsonElement about, string field) =>
    [
        .. about.Items(field).Select(item => ReportFields.Usable(JsonFields.Text(item))).OfType<string>()
            .Select(address => new EventRecipient(address, Said: about.Text("smtpResponse"))),
    ];

    private static ReturnedMail ReturnedOf(JsonElement mail)
    {
        string? Header(string name) => mail.Items("headers")
            .FirstOrDefault(h => name.Equals(h.Text("name"), StringComparison.OrdinalIgnoreCase)).Text("value");

        return new ReturnedMail
        {
            ReturnPath = ReportFields.Usable(mail.Text("source")),
            MessageId = (Header("Message-ID") ?? mail.Object("commonHeaders").Text("messageId"))?.Trim('<', '>', ' '),
            ListUnsubscribe = Header("List-Unsubscribe"),
            FeedbackId = Header("Feedback-ID"),
            To = Addresses(mail, "destination") is [var first, ..] ? first.Address : null,
        };
    }
}
