using TrendingMail.Inbound.Actions;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Worker.Hosting;

/// <summary>Polls the mailboxes and acts on SMTP rejections for the lifetime of the host.</summary>
internal sealed class InboundWorker(MailboxMonitor mailboxes, SmtpRejectionProcessor rejections, TimeProvider clock,
    ILogger<InboundWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(mailboxes.RunAsync(stoppingToken), ProcessRejectionsAsync(stoppingToken));

    private async Task ProcessRejectionsAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await rejections.ProcessAsync(stoppingToken);
            }
            catch (TrendingMailException e)
            {
                logger.LogError("Cannot process SMTP rejections; retrying shortly: {Error}", e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
