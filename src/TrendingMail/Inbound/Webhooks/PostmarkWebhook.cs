using System.Net;
using System.Text;
using System.Text.Json;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>
/// Postmark's webhooks. They are not signed: what Postmark documents is a password in the address or a header of one's
/// own, and the addresses it posts from: https://postmarkapp.com/developer/webhooks/webhooks-overview.
/// </summary>
internal sealed class PostmarkWebhook(PostmarkWebhookOptions options) : IWebhookProvider
{
    public string Name => "postmark";

    public Task<WebhookReading> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<WebhookReading>(
            FaultOf(request) is { } fault ? new WebhookReading.Forged(fault)
            : JsonFields.Parse(request.Body, JsonValueKind.Object) is { } json && json.Text("RecordType") is { } type
                ? new WebhookReading.Genuine(EventOf(json, type).Read(isVouched: true) is { } read ? [read] : [])
            : new WebhookReading.Malformed("this is no record of Postmark's"));

    private string? FaultOf(WebhookRequest request)
    {
        var secret = options.ReadPassword();
        if (secret.Length > 0 && !Secrets.AreEqual(request.Header("Authorization"),
            $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.UserName}:{secret}"))}"))
        {
            return "user name or password is wrong";
        }

        var value = options.ReadHeaderValue();
        if (value.Length > 0 && !Secrets.AreEqual(request.Header(options.HeaderName), value))
        {
            return $"the header {options.HeaderName} is wrong";
        }

        return options.Networks.Count > 0 &&
            !options.Networks.Any(network => IsFrom(request.From, IPNetwork.Parse(network)))
            ? "it comes from none of Webhooks:Postmark:Networks"
            : null;
    }

    private ProviderEvent EventOf(JsonElement json, string type)
    {
        var address = json.Text("Email") ?? json.Text("Recipient") ?? "";
        return new ProviderEvent
        {
            Provider = Name,
            Id = json.Text("ID") is { Length: > 0 } id
                ? $"{type} {id}"
                : $"{type} {json.Text("MessageID")} {address} {json.Text("DeliveredAt") ?? json.Text("ChangedAt")}",
            Name = type.ToLowerInvariant() switch
            {
                "bounce" => $"bounce {json.Text("Type")}",
                "subscriptionchange" when json.Text("SuppressSending") == "true" =>
                    $"subscriptionchange suppressed {json.Text("SuppressionReason")} {json.Text("Origin")}",
                _ => type,
            },
            Recipients = [new EventRecipient(address, null, json.Text("Details"))],
            Returned = new ReturnedMail { To = address },
        };
    }

    private static bool IsFrom(IPAddress? address, IPNetwork network) =>
        address is not null && network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
