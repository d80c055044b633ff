using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TrendingMail.Inbound.Reports;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>
/// For any other provider, or a program between it and us: signed as https://www.standardwebhooks.com says, with
/// HMAC-SHA-256 over id, timestamp and body. docs/inbound.md has the form of the events.
/// </summary>
internal sealed class GenericWebhook(GenericWebhookOptions options, TimeProvider clock) : IWebhookProvider
{
    public string Name => "generic";

    public Task<WebhookReading> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Read(request));

    private WebhookReading Read(WebhookRequest request)
    {
        var (id, stamp) = (request.Header("webhook-id") ?? "", request.Header("webhook-timestamp") ?? "");
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{stamp}."), .. request.Body.Span];
        var expected = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(options.Key(), signed))}";
        // While a sender changes its key, it signs with both.
        var signatures = (request.Header("webhook-signature") ?? "")
            .Split(' ', 20, StringSplitOptions.RemoveEmptyEntries);
        if (id.Length is 0 or > 300 || !signatures.Any(signature => Secrets.AreEqual(signature, expected)))
        {
            return new WebhookReading.Forged("the signature is wrong");
        }

        if (Freshness.FaultOf(stamp, options.MaximumAgeMinutes, clock) is { } fault)
        {
            return new WebhookReading.Forged(fault);
        }

        return JsonFields.Parse(request.Body, JsonValueKind.Object) is { } json && json.Text("type") is { } type
            ? new WebhookReading.Genuine(
                EventOf(id, type, json.Object("data")).Read(isVouched: true) is { } read ? [read] : [])
            : new WebhookReading.Malformed("the body is no object with a type");
    }

    private ProviderEvent EventOf(string id, string type, JsonElement data)
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
                ReturnPath = ReportFields.Usable(data.Text("return_path")),
                To = address,
            },
        };
    }
}
