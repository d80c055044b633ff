using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Classification.ProviderEvents;

namespace TrendingMail.Inbound.Webhooks.Providers;

/// <summary>
/// Mailgun's webhooks. The signature covers a timestamp and a token but not the event, so each token is accepted once:
/// https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks.
/// </summary>
internal sealed class MailgunWebhook(MailgunWebhookOptions options, TimeProvider clock) : IWebhookProvider
{
    public string Name => "mailgun";

    public Task<WebhookParseResult> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Read(request));

    private WebhookParseResult Read(WebhookRequest request)
    {
        if (JsonFields.Parse(request.Body, JsonValueKind.Object) is not { } json)
        {
            return new WebhookParseResult.Malformed("the body is not a Mailgun event");
        }

        var signature = json.Object("signature");
        var (timestamp, token) = (signature.Text("timestamp") ?? "", signature.Text("token") ?? "");
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(options.ReadSigningKey()), Encoding.UTF8.GetBytes(timestamp + token)));
        if (token.Length is 0 or > 200 || !Secrets.FixedTimeEquals(signature.Text("signature"), expected))
        {
            return new WebhookParseResult.Unauthenticated("the signature is invalid");
        }

        if (TimestampValidator.GetError(timestamp, options.MaximumAgeMinutes, clock) is { } fault)
        {
            return new WebhookParseResult.Unauthenticated(fault);
        }

        return ParseEvent(json.Object("event-data")) is { } found
            ? new WebhookParseResult.Authentic(found.Classify(isVerified: true) is { } read ? [read] : [], token)
            : new WebhookParseResult.Malformed("the body is not a Mailgun event");
    }

    private ProviderEvent? ParseEvent(JsonElement json)
    {
        if (json.Text("event") is not { } name)
        {
            return null;
        }

        var status = json.Object("delivery-status");
        var diagnostic = status.Text("message") is { Length: > 0 } message ? message : status.Text("description");
        var code = status.Text("code");
        var address = json.Text("recipient") ?? "";
        return new ProviderEvent
        {
            Provider = Name,
            // Mailgun guarantees unique ids only within a day.
            Id = $"{json.Text("id")} {json.Text("timestamp")} {name} {address}",
            Name = name == "failed" ? $"failed {json.Text("severity")} {json.Text("reason")}" : name,
            // Codes of 600 and above are Mailgun's own.
            Recipients =
            [
                new EventRecipient(
                    address, status.Text("enhanced-code"),
                    code is ['4' or '5', _, _] ? $"{code} {diagnostic}" : diagnostic),
            ],
            Returned = new ReturnedMail
            {
                MessageId = json.Object("message").Object("headers").Text("message-id")?.Trim('<', '>', ' '),
                ReturnPath = json.Object("envelope").Text("sender"),
                To = address,
            },
        };
    }
}
