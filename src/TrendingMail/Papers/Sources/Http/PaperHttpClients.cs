using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace TrendingMail.Papers.Sources.Http;

/// <summary>Timeouts, retries and limits of an HTTP client.</summary>
public sealed record HttpClientPolicy
{
    /// <summary>Identifies the client, with contact information.</summary>
    public required string UserAgent { get; init; }

    /// <summary>
    /// The service whose requests are serialized across all nodes, with a <see cref="Pause"/> in between; null for no
    /// limit.
    /// </summary>
    public string? Service { get; init; }

    /// <summary>The minimum time from the end of one request to the start of the next.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For one attempt, including the response body.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For all attempts and the delays between them.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(45);

    public int Retries { get; init; } = 2;

    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// If the server asks for a longer delay, the request fails and the host is paused for that time.
    /// </summary>
    public TimeSpan MaximumRetryAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>In bytes, after decompression. A typical page of papers has about 300 KB.</summary>
    public long MaximumBodyBytes { get; init; } = 32 << 20;
}

/// <summary>
/// Registers HTTP clients for sources. Handlers from the outside in: retries, rate limit, attempt timeout, size limit.
/// </summary>
public static class PaperHttpClients
{
    /// <param name="name">One client per source, so that connections to a private origin are not shared.</param>
    /// <param name="origin">The URL configured by the operator; others are reachable through redirects only.</param>
    public static void AddPaperHttpClient(
        this IServiceCollection services, string name, Uri origin, HttpClientPolicy policy)
    {
        var client = services.AddHttpClient(name, http =>
        {
            http.Timeout = Timeout.InfiniteTimeSpan;

            // Headers are ASCII only. Drop other characters of the contact address rather than fail every request.
            http.DefaultRequestHeaders.TryAddWithoutValidation(
                "User-Agent", string.Concat(policy.UserAgent.Where(c => c is >= ' ' and <= '~')));
        });
        client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = new SsrfGuard(origin).ConnectAsync,
            MaxConnectionsPerServer = policy.Service is null ? 4 : 1,
            UseCookies = false,
        });
        client.AddResilienceHandler("retries", pipeline => pipeline
            .AddTimeout(policy.TotalTimeout)
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = policy.Retries,
                Delay = policy.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldRetryAfterHeader = true,
                ShouldHandle = arguments => ValueTask.FromResult(IsWorthRetrying(arguments.Outcome, policy)),
            }));
        if (policy.Service is { } service)
        {
            client.AddHttpMessageHandler(provider =>
                new SerializedHandler(provider.GetRequiredService<RequestLimiter>(), service, policy.Pause));
        }

        client.AddResilienceHandler("attempt", pipeline => pipeline.AddTimeout(policy.AttemptTimeout));
        client.AddHttpMessageHandler(() => new ResponseSizeLimitHandler(policy.MaximumBodyBytes));
    }

    private static bool IsWorthRetrying(Outcome<HttpResponseMessage> outcome, HttpClientPolicy policy) =>
        HttpClientResiliencePredicates.IsTransient(outcome) &&
        outcome.Exception?.InnerException is not TrendingMailException &&
        !(outcome.Result is { } response &&
            SourceHttpClient.RetryAfter(response, DateTimeOffset.UtcNow) > policy.MaximumRetryAfter);
}
