namespace TrendingMail.Papers.Sources.Http;

/// <summary>Serializes requests, including retries, across all nodes; see <see cref="RequestLimiter"/>.</summary>
public sealed class SerializedHandler(RequestLimiter limiter, string service, TimeSpan pause) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await using var permit = await limiter.AcquireAsync(service, pause, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
