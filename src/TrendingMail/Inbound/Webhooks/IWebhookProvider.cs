using System.Net;
using TrendingMail.Inbound.Classification;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>A webhook request.</summary>
/// <param name="Body">The raw body, which signatures cover.</param>
/// <param name="Header">Returns a header's value by name; null if the header is absent.</param>
/// <param name="ClientAddress">The client's address; null if unknown.</param>
public sealed record WebhookRequest(ReadOnlyMemory<byte> Body, Func<string, string?> Header, IPAddress? ClientAddress);

/// <summary>The result of verifying and parsing a webhook request.</summary>
public abstract record WebhookParseResult
{
    /// <summary>The request was verified to come from the provider.</summary>
    /// <param name="Events">The relevant events; others, such as opens and clicks, are dropped.</param>
    /// <param name="Nonce">
    /// Set if the signature does not cover the body. A nonce is accepted again only with the same body, to allow
    /// retries.
    /// </param>
    public sealed record Authentic(IReadOnlyList<ClassifiedMessage> Events, string? Nonce = null) : WebhookParseResult;

    /// <summary>The request failed verification or is too old.</summary>
    public sealed record Unauthenticated(string Reason) : WebhookParseResult;

    /// <summary>The request does not have the provider's format.</summary>
    public sealed record Malformed(string Reason) : WebhookParseResult;
}

/// <summary>A mail provider that reports delivery events by webhook.</summary>
public interface IWebhookProvider
{
    /// <summary>The name used in the URL <c>/webhooks/…</c>, in the settings and in the history.</summary>
    string Name { get; }

    /// <summary>Verifies a request by the provider's documented scheme and parses it. Writes nothing.</summary>
    /// <exception cref="TrendingMailException">A resource needed for verification is unavailable.</exception>
    Task<WebhookParseResult> ReadAsync(WebhookRequest request, CancellationToken cancellationToken);
}
