using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace TrendingMail.Papers.Http;

/// <summary>How we ask, apart from what.</summary>
public sealed record ClientManners
{
    /// <summary>Who asks, with a way to reach a person.</summary>
    public required string UserAgent { get; init; }

    /// <summary>A service that all nodes ask one at a time, and the pause it wants; null where there is no such rule.</summary>
    public string? Service { get; init; }

    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For one attempt, until the whole answer is here.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For all attempts and the waits between them.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(45);

    public int Retries { get; init; } = 2;

    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A server that asks for a longer wait is not asked again now, but left alone for as long as it says.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>In bytes. A day's page of papers is about 300 KB; far more than that is no list of papers.</summary>
    public long MaximumBody { get; init; } = 32 << 20;
}

/// <summary>HTTP clients that ask sources. A request goes through retries, its turn, the attempt's time-out, and the limit.</summary>
public static class PaperClients
{
    /// <param name="name">Each source has a client of its own: connections to its own address are not for others.</param>
    /// <param name="home">The operator's address; any other is reached by redirects only.</param>
    public static void AddPaperClient(this IServiceCollection services, string name, Uri home, ClientManners manners)
    {
        var client = services.AddHttpClient(name, http =>
        {
            http.Timeout = Timeout.InfiniteTimeSpan;

            // A header takes ASCII only; an address in another script is left out rather than all requests with it.
            http.DefaultRequestHeaders.TryAddWithoutValidation(
                "User-Agent", string.Concat(manners.UserAgent.Where(c => c is >= ' ' and <= '~')));
        });
        client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = new AddressGuard(home).ConnectAsync,
            MaxConnectionsPerServer = manners.Service is null ? 4 : 1,
            UseCookies = false,
        });
        client.AddResilienceHandler("retries", pipeline => pipeline
            .AddTimeout(manners.TotalTimeout)
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = manners.Retries,
                Delay = manners.FirstRetry,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldRetryAfterHeader = true,
                ShouldHandle = arguments => ValueTask.FromResult(IsWorthRetrying(arguments.Outcome, manners)),
            }));
        if (manners.Service is { } service)
        {
            client.AddHttpMessageHandler(provider =>
                new OneAtATime(provider.GetRequiredService<RequestSlots>(), service, manners.Pause));
        }

        client.AddResilienceHandler("attempt", pipeline => pipeline.AddTimeout(manners.AttemptTimeout));
        client.AddHttpMessageHandler(() => new BoundedBody(manners.MaximumBody));
    }

    private static bool IsWorthRetrying(Outcome<HttpResponseMessage> outcome, ClientManners manners) =>
        HttpClientResiliencePredicates.IsTransient(outcome) &&
        outcome.Exception?.InnerException is not TrendingMailException &&
        !(outcome.Result is { } response && WebReader.RetryAfter(response, DateTimeOffset.UtcNow) > manners.LongestRetryAfter);
}
