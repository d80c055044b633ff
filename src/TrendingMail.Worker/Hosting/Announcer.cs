using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Scheduling;

namespace TrendingMail.Worker.Hosting;

/// <summary>
/// Makes up for what was missed while the program was down, and tells in a few lines where to look and what happens
/// next.
/// </summary>
internal sealed class Announcer(
    Roles roles, Settings settings, EditionDesk desk, OperatorAlerts alerts, EditionStore editions,
    PaperCollector collector, IServer server, IMailTransport transport, IHostApplicationLifetime lifetime, ILogger<Announcer> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken);
        if (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        if (roles.Own != Role.Worker)
        {
            Say("Web", $"{string.Join(", ", Addresses())} (subscribe there)");
        }

        if (roles.Own != Role.Web)
        {
            Say("Papers", $"asking {string.Join(", ", collector.SourceNames.DefaultIfEmpty("no source"))} ...");
            await RefreshAsync(stoppingToken);
        }

        var edition = await editions.NewestAsync(stoppingToken);
        Say("Edition", edition is null
            ? "none yet; it is published as soon as a source lists papers ('papers import FILE' takes them from a file)"
            : $"{edition.Number} of {Day(edition.Day)} with {edition.Papers.Count} papers" +
                (edition.Sample ? ", invented: no source could be reached, so the sample that comes with the program stands in" : ""));
        Say("Mail", settings.Mail.Transport == TransportKind.Outbox
            ? $"goes to the folder {settings.Mail.Outbox.Path}; read it at {Addresses().FirstOrDefault()}/outbox"
            : $"leaves through {transport.Name}");
        Say("Next", $"each day's edition is published at {settings.Digest.PublishAt:HH\\:mm} {settings.Digest.TimeZone}; " +
            "digests leave at each reader's own hour ('digest send' sends what is due now). Ctrl+C stops.");
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshEditionsJob.RefreshAsync(desk, alerts, cancellationToken);
        }
        catch (TrendingMailException e)
        {
            logger.LogError("The editions are not up to date: {Fault}", e.Message);
        }
    }

    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(started.SetResult);
        await using var onStop = stoppingToken.Register(() => started.TrySetResult());
        await started.Task;
    }

    private IEnumerable<string> Addresses() =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.DefaultIfEmpty(settings.Urls) ?? [settings.Urls];

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Say(string what, string text) => Console.WriteLine($"{what,-8} {text}");
}
