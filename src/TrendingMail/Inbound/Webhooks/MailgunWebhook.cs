using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>
/// Mailgun's webhooks, signed over a timestamp and a token, and not over the event: so a token counts once.
/// https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks.
/// </summary>
internal sealed class MailgunWebhook(MailgunWebhookOptions options, TimeProvider clock) : IWebhookProvider
{
    public string Name => "mailgun";

    public Task<WebhookReading> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Read(request));

    private WebhookReading Read(WebhookRequest request)
    {
        if (JsonFields.Parse(request.Body, JsonValueKind.Object) is not { } json)
        {
            return new WebhookReading.Malformed("this is no event of Mailgun's");
        }

        var signature = json.Object("signature");
        var (stamp, token) = (signature.Text("timestamp") ?? "", signature.Text("token") ?? "");
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(options.ReadSigningKey()), Encoding.UTF8.GetBytes(stamp + token)));
        if (token.Length is 0 or > 200 || !Secrets.AreEqual(signature.Text("signature"), expected))
        {
            return new WebhookReading.Forged("the signature is wrong");
        }

        if (Freshness.FaultOf(stamp, options.MaximumAgeMinutes, clock) is { } fault)
        {
            return new WebhookReading.Forged(fault);
        }

        return EventOf(json.Object("event-data")) is { } found
            ? new WebhookReading.Genuine(found.Read(isVouched: true) is { } read ? [read] : [], token)
            : new WebhookReading.Malformed("this is no event of Mailgun's");
    }

    private ProviderEvent? EventOf(JsonElement json)
    {
        if (json.Text("event") is not { } name)
        {
            return null;
        }

        var status = json.Object("delivery-status");
        var said = status.Text("message") is { Length: > 0 } message ? message : status.Text("description");
        var code = status.Text("code");
        var address = json.Text("recipient") ?? "";
        return new ProviderEvent
        {
            Provider = Name,
            // Its own ids are only sure to differ within a day.
            Id = $"{json.Text("id")} {json.Text("timestamp")} {name} {address}",
            Name = name == "failed" ? $"failed {json.Text("severity")} {json.Text("reason")}" : name,
            // Codes from 600 on are Mailgun's own.
            Recipients =
            [
                new EventRecipient(
                    address, status.Text("enhanced-code"), code is ['4' or '5', _, _] ? $"{code} {said}" : said),
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
