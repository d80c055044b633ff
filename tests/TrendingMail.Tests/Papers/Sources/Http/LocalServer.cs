using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrendingMail.Papers.Sources.Http;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Papers.Sources.Http;

/// <summary>A local web server scripted by a test, with HTTP clients for it.</summary>
public sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly List<ServiceProvider> clients = [];

    private LocalServer(WebApplication app) => this.app = app;

    /// <summary>Such as http://127.0.0.1:40123/.</summary>
    public Uri Url => new(app.Urls.Single());

    /// <summary>The requests received, in order.</summary>
    public ConcurrentQueue<(string Path, IHeaderDictionary Headers, DateTimeOffset At)> Requests { get; } = new();

    /// <param name="handler">Receives the request number, from 1.</param>
    public static async Task<LocalServer> StartAsync(Func<HttpContext, int, Task> handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new LocalServer(builder.Build());
        server.app.Run(async http =>
        {
            server.Requests.Enqueue((http.Request.Path + http.Request.QueryString,
                new HeaderDictionary(http.Request.Headers.ToDictionary()), DateTimeOffset.UtcNow));
            await handler(http, server.Requests.Count);
        });
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public static Task<LocalServer> StartAsync(Func<HttpContext, Task> handler) =>
        StartAsync((http, _) => handler(http));

    public static HttpClientPolicy Policy { get; } = new()
    {
        UserAgent = "TrendingMail/0.1 (+https://papers.example.org; mailto:papers@example.org)",
        RetryDelay = TimeSpan.FromMilliseconds(1),
    };

    /// <summary>Creates a client whose configured origin is this server, unless another is given.</summary>
    public HttpClient CreateClient(HttpClientPolicy? policy = null, Uri? home = null, Database? database = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        if (database is not null)
        {
            services.AddSingleton(new RequestLimiter(database, TimeProvider.System));
        }

        services.AddPaperHttpClient("test", home ?? Url, policy ?? Policy);
        var provider = services.BuildServiceProvider();
        clients.Add(provider);
        return provider.GetRequiredService<IHttpClientFactory>().CreateClient("test");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }

        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
