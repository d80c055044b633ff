using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrendingMail.Papers.Http;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Papers.Http;

/// <summary>A web server on this machine that answers as a test tells it to, and clients that ask it.</summary>
public sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly List<ServiceProvider> clients = [];

    private LocalServer(WebApplication app) => this.app = app;

    /// <summary>Such as http://127.0.0.1:40123/.</summary>
    public Uri Url => new(app.Urls.Single());

    /// <summary>What was asked for, with its headers, in order.</summary>
    public ConcurrentQueue<(string Path, IHeaderDictionary Headers, DateTimeOffset At)> Asked { get; } = new();

    /// <param name="answer">Gets the number of the request, from 1.</param>
    public static async Task<LocalServer> StartAsync(Func<HttpContext, int, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new LocalServer(builder.Build());
        server.app.Run(async http =>
        {
            server.Asked.Enqueue((http.Request.Path + http.Request.QueryString,
                new HeaderDictionary(http.Request.Headers.ToDictionary()), DateTimeOffset.UtcNow));
            await answer(http, server.Asked.Count);
        });
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public static Task<LocalServer> StartAsync(Func<HttpContext, Task> answer) => StartAsync((http, _) => answer(http));

    public static ClientManners Manners { get; } = new()
    {
        UserAgent = "TrendingMail/0.1 (+https://papers.example.org; mailto:papers@example.org)",
        FirstRetry = TimeSpan.FromMilliseconds(1),
    };

    /// <summary>A client whose own address is this server's, unless another is given.</summary>
    public HttpClient Client(ClientManners? manners = null, Uri? home = null, Database? database = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        if (database is not null)
        {
            services.AddSingleton(new RequestSlots(database, TimeProvider.System));
        }

        services.AddPaperClient("test", home ?? Url, manners ?? Manners);
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
