using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>What is to be answered to a post.</summary>
public enum WebhookVerdict
{
    /// <summary>All that it brought is durable, or was before.</summary>
    Taken,

    /// <summary>No such provider is set up.</summary>
    Unknown,

    Forged,

    Malformed,
}

/// <summary>Takes what providers post, each event once: what follows from it is committed before the answer.</summary>
public sealed class WebhookDesk(
    IEnumerable<IWebhookProvider> providers, Database database, InboundDesk desk, TimeProvider clock,
    ILogger<WebhookDesk> logger)
{
    /// <summary>Longer than a signature holds.</summary>
    private static readonly TimeSpan NoncesKept = TimeSpan.FromDays(2);

    private readonly Dictionary<string, IWebhookProvider> providers =
        providers.ToDictionary(p => p.Name, StringComparer.Ordinal);

    public bool Knows(string provider) => providers.ContainsKey(provider);

    /// <exception cref="TrendingMailException">It cannot be taken right now, and should be posted again.</exception>
    public async Task<WebhookVerdict> TakeAsync(
        string provider, WebhookRequest request, CancellationToken cancellationToken)
    {
        if (!providers.TryGetValue(provider, out var known))
        {
            return WebhookVerdict.Unknown;
        }

        switch (await known.ReadAsync(request, cancellationToken))
        {
            case WebhookReading.Genuine genuine:
                return await TakeAsync(known, genuine, request, cancellationToken);
            case WebhookReading.Malformed malformed:
                logger.LogWarning("A post to /webhooks/{Provider} was refused: {Fault}", provider, malformed.Fault);
                return WebhookVerdict.Malformed;
            case WebhookReading.Forged forged:
                logger.LogWarning("A post to /webhooks/{Provider} was refused: {Fault}", provider, forged.Fault);
                return WebhookVerdict.Forged;
            default:
                throw new InvalidOperationException($"{provider} reads in a way that is not known.");
        }
    }

    private async Task<WebhookVerdict> TakeAsync(
        IWebhookProvider provider, WebhookReading.Genuine genuine, WebhookRequest request,
        CancellationToken cancellationToken)
    {
        if (genuine is { Events.Count: 0, Nonce: null })
        {
            return WebhookVerdict.Taken;
        }

        var done = await database.WriteAsync<List<InboundResult>?>(async session =>
        {
            if (genuine.Nonce is { } nonce && !await ClaimAsync(session, provider.Name, nonce, request.Body))
            {
                return null;
            }

            var results = new List<InboundResult>(genuine.Events.Count);
            foreach (var read in genuine.Events)
            {
                results.Add(await desk.HandleAsync(session, read, provider.Name));
            }

            return results;
        }, cancellationToken);
        if (done is null)
        {
            logger.LogWarning(
                "A post to /webhooks/{Provider} was refused: its token was used for another event", provider.Name);
            return WebhookVerdict.Forged;
        }

        for (var i = 0; i < done.Count; i++)
        {
            desk.Log(genuine.Events[i], provider.Name, done[i]);
        }

        return WebhookVerdict.Taken;
    }

    /// <returns>False where it has come with another body.</returns>
    private async Task<bool> ClaimAsync(Session session, string provider, string nonce, ReadOnlyMemory<byte> body)
    {
        var (now, digest) = (clock.GetUtcNow(), Convert.ToHexStringLower(SHA256.HashData(body.Span)));
        await session.ExecuteAsync(
            "DELETE FROM webhook_nonces WHERE seen_at < @before", new { before = now - NoncesKept });
        await session.ExecuteAsync("""
            INSERT INTO webhook_nonces (provider, nonce, digest, seen_at) VALUES (@provider, @nonce, @digest, @now)
            ON CONFLICT DO NOTHING
            """, new { provider, nonce, digest, now });
        return digest == await session.SingleAsync<string>(
            "SELECT digest FROM webhook_nonces WHERE provider = @provider AND nonce = @nonce", new { provider, nonce });
    }
}
