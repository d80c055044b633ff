using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using TrendingMail.Inbound.Actions;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>The result of a webhook request, which determines the HTTP response.</summary>
public enum WebhookResult
{
    /// <summary>All its events are durable, now or from an earlier request.</summary>
    Accepted,

    /// <summary>The provider is not configured.</summary>
    UnknownProvider,

    Unauthenticated,

    Malformed,
}

/// <summary>Receives webhooks and handles each event once. The effects are committed before the response.</summary>
public sealed class WebhookReceiver(
    IEnumerable<IWebhookProvider> providers, Database database, InboundMessageHandler handler, TimeProvider clock,
    ILogger<WebhookReceiver> logger)
{
    /// <summary>Longer than any signature is valid.</summary>
    private static readonly TimeSpan NonceRetention = TimeSpan.FromDays(2);

    private readonly Dictionary<string, IWebhookProvider> providers =
        providers.ToDictionary(p => p.Name, StringComparer.Ordinal);

    public bool IsConfigured(string provider) => providers.ContainsKey(provider);

    /// <exception cref="TrendingMailException">A temporary failure: the provider should retry.</exception>
    public async Task<WebhookResult> ReceiveAsync(
        string provider, WebhookRequest request, CancellationToken cancellationToken)
    {
        if (!providers.TryGetValue(provider, out var configuredProvider))
        {
            return WebhookResult.UnknownProvider;
        }

        switch (await configuredProvider.ReadAsync(request, cancellationToken))
        {
            case WebhookParseResult.Authentic authentic:
                return await ReceiveAsync(configuredProvider, authentic, request, cancellationToken);
            case WebhookParseResult.Malformed malformed:
                logger.LogWarning("Rejected a post to /webhooks/{Provider}: {Reason}", provider, malformed.Reason);
                return WebhookResult.Malformed;
            case WebhookParseResult.Unauthenticated unauthenticated:
                logger.LogWarning(
                    "Rejected a post to /webhooks/{Provider}: {Reason}", provider, unauthenticated.Reason);
                return WebhookResult.Unauthenticated;
            default:
                throw new InvalidOperationException($"Unexpected result from the webhook provider {provider}.");
        }
    }

    private async Task<WebhookResult> ReceiveAsync(
        IWebhookProvider provider, WebhookParseResult.Authentic authentic, WebhookRequest request,
        CancellationToken cancellationToken)
    {
        if (authentic is { Events.Count: 0, Nonce: null })
        {
            return WebhookResult.Accepted;
        }

        var handled = await database.WriteAsync<List<InboundResult>?>(async session =>
        {
            if (authentic.Nonce is { } nonce && !await TryClaimNonceAsync(session, provider.Name, nonce, request.Body))
            {
                return null;
            }

            var results = new List<InboundResult>(authentic.Events.Count);
            foreach (var message in authentic.Events)
            {
                results.Add(await handler.HandleAsync(session, message, provider.Name));
            }

            return results;
        }, cancellationToken);
        if (handled is null)
        {
            logger.LogWarning(
                "Rejected a post to /webhooks/{Provider}: its token was already used for another event", provider.Name);
            return WebhookResult.Unauthenticated;
        }

        for (var i = 0; i < handled.Count; i++)
        {
            handler.Record(authentic.Events[i], provider.Name, handled[i]);
        }

        return WebhookResult.Accepted;
    }

    /// <returns>False if the nonce was used with a different body.</returns>
    private async Task<bool> TryClaimNonceAsync(
        Session session, string provider, string nonce, ReadOnlyMemory<byte> body)
    {
        var (now, bodyHash) = (clock.GetUtcNow(), Convert.ToHexStringLower(SHA256.HashData(body.Span)));
        await session.ExecuteAsync(
            "DELETE FROM webhook_nonces WHERE seen_at < @before", new { before = now - NonceRetention });
        await session.ExecuteAsync("""
            INSERT INTO webhook_nonces (provider, nonce, body_hash, seen_at) VALUES (@provider, @nonce, @bodyHash, @now)
            ON CONFLICT DO NOTHING
            """, new { provider, nonce, bodyHash, now });
        return bodyHash == await session.SingleAsync<string>(
            "SELECT body_hash FROM webhook_nonces WHERE provider = @provider AND nonce = @nonce",
            new { provider, nonce });
    }
}
