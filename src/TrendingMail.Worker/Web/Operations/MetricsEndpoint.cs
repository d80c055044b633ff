using System.Net;
using OpenTelemetry.Metrics;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage.Backup;
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
            .AddMeter(DeliveryMeter.Name, BackupMeter.Name, DomainReportMeter.Name, SeedMeter.Name, "System.Runtime",
                "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddPrometheusExporter());

    public static void UseMetricsEndpoint(this IApplicationBuilder app)
    {
        var networks = app.ApplicationServices.GetRequiredService<SecurityOptions>().MetricsFrom
            .Select(IPNetwork.Parse).ToArray();
        var listener = app.ApplicationServices.GetRequiredService<ManagementListener>();
        app.UseWhen(http => http.Request.Path == "/metrics" && listener.Received(http) && IsAllowed(http, networks),
            branch =>
            {
                branch.Use(UpdateGaugesAsync);
                branch.UseOpenTelemetryPrometheusScrapingEndpoint();
            });
    }

    private static bool IsAllowed(HttpContext http, IPNetwork[] networks) =>
        ManagementListener.IsLocal(http) ||
        (!ProxySigns.HasHeader(http.Request.Headers) && http.GetClient().Peer is { } address &&
            networks.Any(network => network.Contains(address)));

    /// <summary>
    /// Refreshes the gauges of what is stored, before each scrape: the queue, warm-ups and the newest backup.
    /// </summary>
    private static async Task UpdateGaugesAsync(HttpContext http, RequestDelegate next)
    {
        var totals = await http.RequestServices.GetRequiredService<DeliveryQueue>().TotalsAsync(http.RequestAborted);
        DeliveryMeter.RecordWaiting(totals.Queued, totals.Deferred, totals.Uncertain);
        foreach (var warmUp in await http.RequestServices.GetRequiredService<WarmUpReporter>()
            .ListAsync(http.RequestAborted))
        {
            DeliveryMeter.RecordWarmUp(warmUp);
        }

        if (http.RequestServices.GetRequiredService<BackupSchedule>().FindNewest() is { } newest)
        {
            BackupMeter.RecordNewest(newest);
        }

        await next(http);
    }
}
