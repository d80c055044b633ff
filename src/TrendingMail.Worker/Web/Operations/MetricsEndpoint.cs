using System.Net;
using OpenTelemetry.Metrics;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Worker.Web.Clients;

namespace TrendingMail.Worker.Web.Operations;

/// <summary>
/// Serves <c>/metrics</c> for Prometheus. Because it reveals how much mail is sent and where, it is on the management
/// listener only, and answers direct requests from this machine and requests from the networks in
/// <c>Security:MetricsFrom</c>; all others get 404.
/// </summary>
internal static class MetricsEndpoint
{
    public static void AddMetricsEndpoint(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(DeliveryMeter.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting",
                "Microsoft.AspNetCore.Server.Kestrel")
            .AddPrometheusExporter());

    public static void UseMetricsEndpoint(this IApplicationBuilder app)
    {
        var networks = app.ApplicationServices.GetRequiredService<SecurityOptions>().MetricsFrom
            .Select(IPNetwork.Parse).ToArray();
        var listener = app.ApplicationServices.GetRequiredService<ManagementListener>();
        app.UseWhen(http => http.Request.Path == "/metrics" && listener.Received(http) && IsAllowed(http, networks),
            branch =>
            {
                branch.Use(UpdateQueueGaugesAsync);
                branch.UseOpenTelemetryPrometheusScrapingEndpoint();
            });
    }

    private static bool IsAllowed(HttpContext http, IPNetwork[] networks) =>
        ManagementListener.IsLocal(http) ||
        (!ProxySigns.HasHeader(http.Request.Headers) && http.GetClient().Peer is { } address &&
            networks.Any(network => network.Contains(address)));

    /// <summary>Refreshes the queue gauges, which come from the database, before each scrape.</summary>
    private static async Task UpdateQueueGaugesAsync(HttpContext http, RequestDelegate next)
    {
        var totals = await http.RequestServices.GetRequiredService<DeliveryQueue>().TotalsAsync(http.RequestAborted);
        DeliveryMeter.RecordWaiting(totals.Queued, totals.Deferred, totals.Uncertain);
        await next(http);
    }
}
