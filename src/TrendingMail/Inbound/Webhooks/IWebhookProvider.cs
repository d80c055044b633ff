using System.Net;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>What was posted to us.</summary>
/// <param name="Body">The bytes as they came: signatures are over these.</param>
/// <param name="Header">The value of a header by its name; null where it did not come.</param>
/// <param name="From">Who posted it; null where that is not known.</param>
public sealed record WebhookRequest(ReadOnlyMemory<byte> Body, Func<string, string?> Header, IPAddress? From);

/// <summary>What a provider's post was found to be.</summary>
public abstract record WebhookReading
{
    /// <summary>The provider's own, by its signature.</summary>
    /// <param name="Events">What concerns us of it.</param>
    /// <param name="Nonce">
    /// Given where the signature does not cover the body: it may come once, and again only with the same body.
    /// </param>
    public sealed record Genuine(IReadOnlyList<Classification> Events, string? Nonce = null) : WebhookReading;

    /// <summary>Not the provider's, or too old.</summary>
    public sealed record Forged(string Fault) : WebhookReading;

    /// <summary>Not in the provider's form.</summary>
    public sealed record Malformed(string Fault) : WebhookReading;
}

/// <summary>A provider that tells by HTTP what became of our mail.</summary>
public interface IWebhookProvider
{
    /// <summary>As it stands in the address <c>/webhooks/…</c>, in the settings and in the history.</summary>
    string Name { get; }

    /// <summary>Checks a post by the scheme that the provider documents, and reads it. It writes nothing.</summary>
    /// <exception cref="TrendingMailException">What the check needs cannot be had right now.</exception>
    Task<WebhookReading> ReadAsync(WebhookRequest request, CancellationToken cancellationToken);
}
