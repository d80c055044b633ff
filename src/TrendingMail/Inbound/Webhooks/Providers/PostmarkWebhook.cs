using System.Net;
using System.Text;
using System.Text.Json;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Classification.ProviderEvents;

namespace TrendingMail.Inbound.Webhooks.Providers;

/// <summary>
/// Postmark's webhooks. They are not signed. Postmark documents basic authentication in the URL, custom headers, and
/// the addresses it posts from: https://postmarkapp.com/developer/webhooks/webhooks-overview.
/// </summary>
internal sealed class PostmarkWebhook(PostmarkWebhookOptions options) : IWebhookProvider
{
    public string Name => "postmark";

    public Task<WebhookParseResult> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<WebhookParseResult>(
            GetAuthenticationError(request) is { } fault ? new WebhookParseResult.Unauthenticated(fault)
            : JsonFields.Parse(request.Body, JsonValueKind.Object) is { } json && json.Text("RecordType") is { } type
                ? new WebhookParseResult.Authentic(
                    ParseEvent(json, type).Classify(isVerified: true) is { } read ? [read] : [])
            : new WebhookParseResult.Malformed("the body is not a Postmark record"));

    private string? GetAuthenticationError(WebhookRequest request)
    {
        var secret = options.ReadPassword();
        if (secret.Length > 0 && !Secrets.FixedTimeEquals(request.Header("Authorization"),
            $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.UserName}:{secret}"))}"))
        {
            return "the user name or password is wrong";
        }

        var value = options.ReadHeaderValue();
        if (value.Length > 0 && !Secrets.FixedTimeEquals(request.Header(options.HeaderName), value))
        {
            return $"the header {options.HeaderName} is wrong";
        }

        return options.Networks.Count > 0 &&
            !options.Networks.Any(network => IsInNetwork(request.ClientAddress, IPNetwork.Parse(network)))
            ? "the client address is not in Webhooks:Postmark:Networks"
            : null;
    }

    private ProviderEvent ParseEvent(JsonElement json, string type)
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

    private static bool IsInNetwork(IPAddress? address, IPNetwork network) =>
        address is not null && network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
