using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrendingMail.Benchmarks.Pages;

/// <summary>A minimal Kestrel endpoint: the baseline for the cost of our pages.</summary>
internal sealed class EmptyEndpoint(WebApplication app) : IAsyncDisposable
{
    public Uri Url => new(app.Urls.First());

    public static async Task<EmptyEndpoint> StartAsync(CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/", () => Results.Ok());
        await app.StartAsync(stop);
        return new EmptyEndpoint(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
