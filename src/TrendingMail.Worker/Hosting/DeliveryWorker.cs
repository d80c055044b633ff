using TrendingMail.Delivery.Dispatch;
using TrendingMail.Diagnostics.Guard;

namespace TrendingMail.Worker.Hosting;

/// <summary>Runs the delivery dispatcher for the lifetime of the host.</summary>
internal sealed class DeliveryWorker(
    DeliveryDispatcher dispatcher, DigestGuard guard, TimeProvider clock, ILogger<DeliveryWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Run(() => RunAsync(stoppingToken), CancellationToken.None);

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        await CheckGuardAsync(stoppingToken);
        await dispatcher.RunAsync(stoppingToken);
    }

    /// <summary>
    /// The settings may have changed since the last run: what is queued must not leave before the checks.
    /// </summary>
    private async Task CheckGuardAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await guard.UpdateAsync(stoppingToken);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (TrendingMailException e)
            {
                logger.LogError("Cannot check whether digests may leave; retrying shortly: {Error}", e.Message);
                await Task.Delay(RetryInterval, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
