using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Hold;
using TrendingMail.Diagnostics.Guard;
using TrendingMail.Editions;
using TrendingMail.Papers.Sources;
using TrendingMail.Scheduling;
using TrendingMail.Worker.Configuration;
using TrendingMail.Worker.Web.Operations;

namespace TrendingMail.Worker.Hosting;

/// <summary>
/// At start-up, has editions caught up that were missed while the program was down, then prints where the program
/// serves, where mail goes and when the next edition is due.
/// </summary>
/// <param name="refresh">Null in a process that runs no scheduled jobs.</param>
internal sealed class StartupBanner(
    CurrentRole currentRole, Settings settings, EditionStore editions, PaperCollector collector, IServer server,
    IMailTransport transport, OutboxLocation outbox, HoldMonitor holdMonitor, DigestHoldStore digestHolds,
    DigestGuard guard,
    IHostApplicationLifetime lifetime,
    ILogger<StartupBanner> logger,
    StartupRefresh? refresh = null)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await WaitForStartAsync(stoppingToken);
        if (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        if (currentRole.Value != Role.Worker)
        {
            Print("Web", $"{string.Join(", ", PublicAddresses())} (subscribe here)");
        }

        if (RuntimePatch.FindWarning(Environment.Version) is { } warning)
        {
            logger.LogWarning("{Warning}", warning);
        }

        WarnOfUnencryptedLinks();
        await PrintHoldAsync(stoppingToken);
        if (refresh is not null)
        {
            Print("Papers",
                $"fetching from {string.Join(", ", collector.SourceNames.DefaultIfEmpty("no source"))} ...");
            await RefreshAsync(refresh, stoppingToken);
        }

        var edition = await editions.FindNewestAsync(stoppingToken);
        Print("Edition", edition is null
            ? "none yet; published as soon as a source lists papers (or import a file with 'papers import FILE')"
            : $"{edition.Number} of {FormatDate(edition.Day)} with {edition.Papers.Count} papers" +
                (edition.Sample ? " (invented sample papers: no source could be reached)" : ""));
        Print("Mail", settings.Mail.Transport == TransportKind.Outbox
            ? $"is written to the folder {settings.Mail.Outbox.Path}; {OutboxHint()}"
            : $"is sent through {transport.Name}");
        Print("Next", $"each day's edition is published at {settings.Digest.PublishAt:HH\\:mm} " +
            $"{settings.Digest.TimeZone}; each subscriber's digest is sent at the time they chose " +
            "('digest send' sends what is due now). Press Ctrl+C to stop.");
    }

    private void WarnOfUnencryptedLinks()
    {
        if (settings.Mail.Transport == TransportKind.Smtp && settings.Site is
            { IsHttps: false, PublicUrl: { IsLoopback: false } url })
        {
            logger.LogWarning("Site:PublicUrl is {Url}: whoever carries a subscriber's requests can read and use the " +
                "links in mail. Serve the site under https, for example behind a reverse proxy, and set " +
                "Site:PublicUrl to that address", url);
        }
    }

    private async Task PrintHoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await holdMonitor.CheckAsync(cancellationToken) is { } hold)
            {
                Print("On hold", hold.ToString());
            }

            foreach (var digestHold in await FindDigestHoldsAsync(cancellationToken))
            {
                Print("Held", digestHold.ToString());
            }
        }
        catch (TrendingMailException e)
        {
            logger.LogError("Cannot check whether delivery is on hold: {Error}", e.Message);
        }
    }

    /// <summary>A process that sends nothing may lack the settings of those that do: it makes no checks.</summary>
    private Task<IReadOnlyList<DigestHold>> FindDigestHoldsAsync(CancellationToken cancellationToken) =>
        currentRole.Value == Role.Web ? digestHolds.ListAsync(cancellationToken) : guard.UpdateAsync(cancellationToken);

    private async Task RefreshAsync(StartupRefresh refresh, CancellationToken cancellationToken)
    {
        try
        {
            await refresh.RunAsync(cancellationToken);
        }
        catch (TrendingMailException e)
        {
            logger.LogError("Cannot bring the editions up to date: {Error}", e.Message);
        }
    }

    private async Task WaitForStartAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(started.SetResult);
        await using var onStop = stoppingToken.Register(() => started.TrySetResult());
        await started.Task;
    }

    private string OutboxHint() => outbox.Url is { } url && currentRole.Value != Role.Worker
        ? $"view it on this machine at {url}" : "no page of this process shows it";

    /// <summary>Where the pages are served; other than in the setting, with the actual port in place of 0.</summary>
    private IEnumerable<string> PublicAddresses()
    {
        var management = Settings.SplitUrls(settings.ManagementUrls).Select(Settings.GetPort).ToArray();
        return (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            .Where(address => !management.Contains(Settings.GetPort(address))).DefaultIfEmpty(settings.Urls);
    }

    private static string FormatDate(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Print(string label, string text) => Console.WriteLine($"{label,-8} {text}");
}
