using System.Net;
using OpenTelemetry.Metrics;
using TrendingMail.Delivery;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>
/// <c>/metrics</c>, for Prometheus. It tells how much mail leaves and to where, so it answers to this machine, not through a
/// proxy, and to the networks in <c>Security:MetricsFrom</c>; to others it is not there.
/// </summary>
internal static class MetricsPage
{
    public static void AddMetricsPage(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(DeliveryMeter.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddPrometheusExporter());

    public static void UseMetricsPage(this IApplicationBuilder app)
    {
        var networks = app.ApplicationServices.GetRequiredService<SecurityOptions>().MetricsFrom.Select(IPNetwork.Parse).ToArray();
        app.UseWhen(http => http.Request.Path == "/metrics" && IsAllowed(http, networks), branch =>
        {
            branch.Use(CountAsync);
            branch.UseOpenTelemetryPrometheusScrapingEndpoint();
        });
    }

    private static bool IsAllowed(HttpContext http, IPNetwork[] networks) =>
        OutboxPages.IsLocal(http) ||
        (http.Connection.RemoteIpAddress is { } address &&
            networks.Any(network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)));

    /// <summary>What waits is the database's to tell.</summary>
    private static async Task CountAsync(HttpContext http, RequestDelegate next)
    {
        var totals = await http.RequestServices.GetRequiredService<Ledger>().TotalsAsync(http.RequestAborted);
        DeliveryMeter.StillWaiting(totals.Queued, totals.Deferred, totals.Uncertain);
        await next(http);
    }
}
