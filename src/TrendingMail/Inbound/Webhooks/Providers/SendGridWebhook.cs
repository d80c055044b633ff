using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Classification.ProviderEvents;

namespace TrendingMail.Inbound.Webhooks.Providers;

/// <summary>
/// SendGrid's Event Webhook, signed with ECDSA over timestamp and body:
/// https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event.
/// </summary>
internal sealed class SendGridWebhook(SendGridWebhookOptions options, TimeProvider clock) : IWebhookProvider
{
    public string Name => "sendgrid";

    public Task<WebhookParseResult> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Read(request));

    private WebhookParseResult Read(WebhookRequest request)
    {
        var timestamp = request.Header("X-Twilio-Email-Event-Webhook-Timestamp") ?? "";
        if (!HasValidSignature(
            request.Body.Span, timestamp, request.Header("X-Twilio-Email-Event-Webhook-Signature") ?? ""))
        {
            return new WebhookParseResult.Unauthenticated("the signature is invalid");
        }

        if (TimestampValidator.GetError(timestamp, options.MaximumAgeMinutes, clock) is { } fault)
        {
            return new WebhookParseResult.Unauthenticated(fault);
        }

        return JsonFields.Parse(request.Body, JsonValueKind.Array) is { } events
            ? new WebhookParseResult.Authentic(
                [.. events.EnumerateArray().Select(e => ParseEvent(e)?.Classify(isVerified: true))
                    .OfType<ClassifiedMessage>()])
            : new WebhookParseResult.Malformed("the body is not an array of SendGrid events");
    }

    private ProviderEvent? ParseEvent(JsonElement json) =>
        json.Text("event") is not { } name || json.Text("email") is not { } address ? null : new ProviderEvent
        {
            Provider = Name,
            Id = json.Text("sg_event_id") ?? $"{name} {json.Text("sg_message_id")} {address} {json.Text("timestamp")}",
            Name = name switch
            {
                "bounce" => $"bounce {json.Text("type") ?? "bounce"} {json.Text("bounce_classification")}",
                "dropped" => $"dropped {json.Text("reason")}",
                _ => name,
            },
            Recipients =
            [
                new EventRecipient(address, json.Text("status"),
                    name == "dropped" ? null : json.Text("reason") ?? json.Text("response")),
            ],
            Returned = new ReturnedMail { MessageId = json.Text("smtp-id")?.Trim('<', '>', ' '), To = address },
        };

    private bool HasValidSignature(ReadOnlySpan<byte> body, string timestamp, string signature)
    {
        var bytes = new byte[(signature.Length * 3 / 4) + 3];
        if (!Convert.TryFromBase64String(signature, bytes, out var length))
        {
            return false;
        }

        using var key = options.CreateKey();
        return key.VerifyData([.. Encoding.ASCII.GetBytes(timestamp), .. body], bytes.AsSpan(0, length),
            HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
