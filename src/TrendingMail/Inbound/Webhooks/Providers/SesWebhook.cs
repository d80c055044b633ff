using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Classification.ProviderEvents;

namespace TrendingMail.Inbound.Webhooks.Providers;

/// <summary>Amazon SES, whose events arrive through an Amazon SNS topic.</summary>
internal sealed class SesWebhook(
    SesWebhookOptions options, SnsClient sns, TimeProvider clock, ILogger<SesWebhook> logger) : IWebhookProvider
{
    public string Name => SesEvents.Provider;

    public async Task<WebhookParseResult> ReadAsync(WebhookRequest request, CancellationToken cancellationToken)
    {
        if (JsonFields.Parse(request.Body, JsonValueKind.Object) is not { } json ||
            new SnsMessage(json) is not { IsComplete: true } message || !DateTimeOffset.TryParse(
                message.Timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sentAt))
        {
            return new WebhookParseResult.Malformed(
                "the body is not an Amazon SNS message (raw message delivery must be disabled)");
        }

        if (!options.TopicArns.Contains(message.TopicArn, StringComparer.Ordinal))
        {
            return new WebhookParseResult.Unauthenticated("the topic is not in Webhooks:Ses:TopicArns");
        }

        if (!SnsMessage.IsCertificateUrl(message.SigningCertificateUrl))
        {
            return new WebhookParseResult.Unauthenticated("the certificate URL is not an Amazon SNS URL");
        }

        if (TimestampValidator.GetError(sentAt, options.MaximumAgeMinutes, clock) is { } fault)
        {
            return new WebhookParseResult.Unauthenticated(fault);
        }

        using var key = await sns.GetPublicKeyAsync(message.SigningCertificateUrl, cancellationToken);
        if (key is null || !message.IsSignedBy(key))
        {
            return new WebhookParseResult.Unauthenticated("the signature is invalid");
        }

        return message.Type switch
        {
            "SubscriptionConfirmation" => await ConfirmAsync(message, cancellationToken),
            "UnsubscribeConfirmation" => LogCancellation(message),
            _ => new WebhookParseResult.Authentic(ParseEvents(message.Message)),
        };
    }

    private async Task<WebhookParseResult> ConfirmAsync(SnsMessage message, CancellationToken cancellationToken)
    {
        if (!SnsMessage.IsConfirmationUrl(message.SubscribeUrl))
        {
            return new WebhookParseResult.Unauthenticated("the subscription confirmation URL is not an Amazon SNS URL");
        }

        await sns.ConfirmAsync(message.SubscribeUrl, cancellationToken);
        logger.LogInformation("Confirmed the subscription to the Amazon SNS topic {Topic}", message.TopicArn);
        return new WebhookParseResult.Authentic([]);
    }

    private WebhookParseResult.Authentic LogCancellation(SnsMessage message)
    {
        logger.LogWarning(
            "The subscription to the Amazon SNS topic {Topic} was cancelled. Subscribe again if this was not intended",
            message.TopicArn);
        return new WebhookParseResult.Authentic([]);
    }

    /// <summary>SES also posts a plain-text message when a topic is validated, which is not an event.</summary>
    private static IReadOnlyList<ClassifiedMessage> ParseEvents(string message) =>
        JsonFields.Parse(message, JsonValueKind.Object) is { } json &&
            SesEvents.Parse(json)?.Classify(isVerified: true) is { } read
            ? [read]
            : [];
}
