using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>Amazon SES, whose events come through a topic of Amazon SNS.</summary>
internal sealed class SesWebhook(
    SesWebhookOptions options, SnsClient sns, TimeProvider clock, ILogger<SesWebhook> logger) : IWebhookProvider
{
    public string Name => SesEvents.Provider;

    public async Task<WebhookReading> ReadAsync(WebhookRequest request, CancellationToken cancellationToken)
    {
        if (JsonFields.Parse(request.Body, JsonValueKind.Object) is not { } json ||
            new SnsMessage(json) is not { IsWhole: true } message || !DateTimeOffset.TryParse(
                message.Timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sentAt))
        {
            return new WebhookReading.Malformed("this is no message of Amazon SNS (raw message delivery must be off)");
        }

        if (!options.TopicArns.Contains(message.TopicArn, StringComparer.Ordinal))
        {
            return new WebhookReading.Forged("the topic is not in Webhooks:Ses:TopicArns");
        }

        if (!SnsMessage.IsCertificate(message.Certificate))
        {
            return new WebhookReading.Forged("the certificate is not at an address of Amazon SNS");
        }

        if (Freshness.FaultOf(sentAt, options.MaximumAgeMinutes, clock) is { } fault)
        {
            return new WebhookReading.Forged(fault);
        }

        using var key = await sns.KeyAsync(message.Certificate, cancellationToken);
        if (key is null || !message.IsSignedBy(key))
        {
            return new WebhookReading.Forged("the signature is wrong");
        }

        return message.Type switch
        {
            "SubscriptionConfirmation" => await ConfirmAsync(message, cancellationToken),
            "UnsubscribeConfirmation" => Ended(message),
            _ => new WebhookReading.Genuine(EventsOf(message.Message)),
        };
    }

    private async Task<WebhookReading> ConfirmAsync(SnsMessage message, CancellationToken cancellationToken)
    {
        if (!SnsMessage.IsOfSns(message.SubscribeUrl))
        {
            return new WebhookReading.Forged("the subscription is not to be confirmed at an address of Amazon SNS");
        }

        await sns.ConfirmAsync(message.SubscribeUrl, cancellationToken);
        logger.LogInformation("Amazon SNS sends us what it gets in {Topic} from now on", message.TopicArn);
        return new WebhookReading.Genuine([]);
    }

    private WebhookReading.Genuine Ended(SnsMessage message)
    {
        logger.LogWarning("Amazon SNS sends us nothing of {Topic} any more. Subscribe the address again if that was " +
            "not meant", message.TopicArn);
        return new WebhookReading.Genuine([]);
    }

    /// <summary>SES also says in plain words that it may write to a topic; that is no event.</summary>
    private static IReadOnlyList<Classification> EventsOf(string message) =>
        JsonFields.Parse(message, JsonValueKind.Object) is { } json &&
            SesEvents.Read(json)?.Read(isVouched: true) is { } read
            ? [read]
            : [];
}
