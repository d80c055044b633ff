using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Papers.Sources.Arxiv;
using TrendingMail.Papers.Sources.Files;
using TrendingMail.Papers.Sources.Http;
using TrendingMail.Papers.Sources.HuggingFace;

namespace TrendingMail.Papers.Sources;

/// <summary>Registers the configured paper sources.</summary>
internal static class PaperSourceServiceCollectionExtensions
{
    public static IServiceCollection AddPaperSources(
        this IServiceCollection services, IReadOnlyList<SourceOptions> sources, string userAgent)
    {
        services.AddSingleton<HttpCacheStore>().AddSingleton<RequestLimiter>().AddSingleton<ArxivBatchStore>();
        foreach (var (index, source) in sources.Index())
        {
            // One client per source: each client may connect to its own configured host, private addresses included; a
            // redirect from another source must not reach that host.
            var client = $"paper-source-{index}";
            var url = source.Url is { OriginalString.Length: > 0 } configured ? configured : null;
            services.AddPaperHttpClient(client, url ?? DefaultUrl(source.Kind), CreatePolicy(source.Kind, userAgent));
            services.AddSingleton(provider => CreateSource(provider, source, url, client));
        }

        return services;
    }

    private static IPaperSource CreateSource(IServiceProvider provider, SourceOptions source, Uri? url, string client)
    {
        if (source.Kind == SourceKind.File)
        {
            return new FileSource(source.Path);
        }

        var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient(client);
        var cache = provider.GetRequiredService<HttpCacheStore>();
        var clock = provider.GetRequiredService<TimeProvider>();
        return source.Kind == SourceKind.Arxiv
            ? new ArxivSource(
                http, url, source.Categories, cache, provider.GetRequiredService<ArxivBatchStore>(), clock)
            : new HuggingFaceSource(http, url ?? DefaultUrl(source.Kind), cache, clock);
    }

    private static Uri DefaultUrl(SourceKind kind) =>
        kind == SourceKind.Arxiv ? ArxivSource.Api : HuggingFaceSource.Api;

    private static HttpClientPolicy CreatePolicy(SourceKind kind, string userAgent)
    {
        var policy = new HttpClientPolicy { UserAgent = userAgent };

        // arXiv's terms of use: one connection, three seconds between requests. A search may take 30 seconds.
        return kind != SourceKind.Arxiv ? policy : policy with
        {
            Service = "arxiv",
            RetryDelay = TimeSpan.FromSeconds(5),
            AttemptTimeout = TimeSpan.FromSeconds(30),
            TotalTimeout = TimeSpan.FromMinutes(3),
            MaximumRetryAfter = TimeSpan.FromSeconds(60),
        };
    }
}
