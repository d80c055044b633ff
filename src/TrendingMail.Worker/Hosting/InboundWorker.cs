using TrendingMail.Inbound;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Worker.Hosting;

/// <summary>While the program runs, reads the mailboxes, and acts upon what servers refuse when mails are handed over.</summary>
internal sealed class InboundWorker(MailboxWatch mailboxes, Refusals refusals, TimeProvider clock, ILogger<InboundWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(mailboxes.RunAsync(stoppingToken), LookAtRefusalsAsync(stoppingToken));

    private async Task LookAtRefusalsAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await refusals.HandleAsync(stoppingToken);
            }
            catch (TrendingMailException e)
            {
                logger.LogError("Refusals are looked at later: {Fault}", e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
