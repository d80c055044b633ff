using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Classification.ProviderEvents;
using TrendingMail.Inbound.Classification.Reports;

namespace TrendingMail.Inbound.Webhooks.Providers;

/// <summary>
/// Events from any other provider or an adapter, signed according to https://www.standardwebhooks.com: HMAC-SHA-256
/// over id, timestamp and body. See docs/deliverability.md for the event format.
/// </summary>
internal sealed class GenericWebhook(GenericWebhookOptions options, TimeProvider clock) : IWebhookProvider
{
    public string Name => "generic";

    public Task<WebhookParseResult> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Read(request));

    private WebhookParseResult Read(WebhookRequest request)
    {
        var (id, timestamp) = (request.Header("webhook-id") ?? "", request.Header("webhook-timestamp") ?? "");
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. request.Body.Span];
        var expected = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(options.ReadKey(), signed))}";
        // During key rotation a sender signs with both keys.
        var signatures = (request.Header("webhook-signature") ?? "")
            .Split(' ', 20, StringSplitOptions.RemoveEmptyEntries);
        if (id.Length is 0 or > 300 || !signatures.Any(signature => Secrets.FixedTimeEquals(signature, expected)))
        {
            return new WebhookParseResult.Unauthenticated("the signature is invalid");
        }

        if (TimestampValidator.GetError(timestamp, options.MaximumAgeMinutes, clock) is { } fault)
        {
            return new WebhookParseResult.Unauthenticated(fault);
        }

        return JsonFields.Parse(request.Body, JsonValueKind.Object) is { } json && json.Text("type") is { } type
            ? new WebhookParseResult.Authentic(
                ParseEvent(id, type, json.Object("data")).Classify(isVerified: true) is { } read ? [read] : [])
            : new WebhookParseResult.Malformed("the body is not a JSON object with a type");
    }

    private ProviderEvent ParseEvent(string id, string type, JsonElement data)
    {
        var address = data.Text("recipient") ?? "";
        return new ProviderEvent
        {
            Provider = Name,
            Id = id,
            Name = data.Text("permanent") == "true" ? $"{type} permanent" : type,
            Recipients = [new EventRecipient(address, data.Text("status"), data.Text("diagnostic"))],
            FeedbackType = data.Text("feedback_type"),
            Returned = new ReturnedMail
            {
                MessageId = data.Text("message_id")?.Trim('<', '>', ' '),
                ReturnPath = ReportFields.ParseAddress(data.Text("return_path")),
                To = address,
            },
        };
    }
}
