using System.Text.Json;
using TrendingMail.Inbound.Classification.Reports;

namespace TrendingMail.Inbound.Classification.ProviderEvents;

/// <summary>
/// Parses Amazon SES events as published to SNS:
/// https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html and
/// event-publishing-retrieving-sns-contents.html. They arrive by HTTP, or as unsigned email.
/// </summary>
internal static class SesEvents
{
    public const string Provider = "ses";

    /// <returns>Null if it is not an SES event.</returns>
    public static ProviderEvent? Parse(JsonElement json)
    {
        if ((json.Text("notificationType") ?? json.Text("eventType")) is not { } type)
        {
            return null;
        }

        var mail = json.Object("mail");
        var (name, details, recipients) = type.ToLowerInvariant() switch
        {
            "bounce" => ParseDetails(json.Object("bounce"), "bouncedRecipients", bounce =>
                $"bounce {bounce.Text("bounceType")} {bounce.Text("bounceSubType")}"),
            "complaint" => ParseDetails(json.Object("complaint"), "complainedRecipients", _ => "complaint"),
            "deliverydelay" => ParseDetails(json.Object("deliveryDelay"), "delayedRecipients", delay =>
                $"deliverydelay {delay.Text("delayType")}"),
            "delivery" => ("delivery", json.Object("delivery"), ParseRecipients(json.Object("delivery"), "recipients")),
            "subscription" => (
                json.Object("subscription").Object("newTopicPreferences").Text("unsubscribeAll") == "true"
                    ? "subscription unsubscribeall" : "subscription",
                json.Object("subscription"), ParseRecipients(mail, "destination")),
            _ => (type, json.Object(type.ToLowerInvariant()), ParseRecipients(mail, "destination")),
        };
        return new ProviderEvent
        {
            Provider = Provider,
            Id = details.Text("feedbackId") is { Length: > 0 } feedback
                ? $"{type} {feedback}"
                : $"{type} {mail.Text("messageId")} {details.Text("timestamp") ?? mail.Text("timestamp")} " +
                    string.Join(' ', recipients.Select(r => r.Address)),
            Name = name,
            Recipients = recipients,
            FeedbackType = details.Text("complaintFeedbackType"),
            Returned = ParseReturnedMail(mail),
        };
    }

    private static (string, JsonElement, IReadOnlyList<EventRecipient>) ParseDetails(
        JsonElement details, string recipients, Func<JsonElement, string> name) =>
        (name(details), details,
        [
            .. details.Items(recipients).Select(r => ReportFields.ParseAddress(r.Text("emailAddress")) is { } address
                ? new EventRecipient(address, r.Text("status"), r.Text("diagnosticCode"))
                : null).OfType<EventRecipient>(),
        ]);

    private static IReadOnlyList<EventRecipient> ParseRecipients(JsonElement details, string field) =>
    [
        .. details.Items(field).Select(item => ReportFields.ParseAddress(JsonFields.Text(item))).OfType<string>()
            .Select(address => new EventRecipient(address, Diagnostic: details.Text("smtpResponse"))),
    ];

    private static ReturnedMail ParseReturnedMail(JsonElement mail)
    {
        string? Header(string name) => mail.Items("headers")
            .FirstOrDefault(h => name.Equals(h.Text("name"), StringComparison.OrdinalIgnoreCase)).Text("value");

        return new ReturnedMail
        {
            ReturnPath = ReportFields.ParseAddress(mail.Text("source")),
            MessageId = (Header("Message-ID") ?? mail.Object("commonHeaders").Text("messageId"))?.Trim('<', '>', ' '),
            ListUnsubscribe = Header("List-Unsubscribe"),
            FeedbackId = Header("Feedback-ID"),
            To = ParseRecipients(mail, "destination") is [var first, ..] ? first.Address : null,
        };
    }
}
