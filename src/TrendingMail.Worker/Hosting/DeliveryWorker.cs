using TrendingMail.Delivery.Dispatch;

namespace TrendingMail.Worker.Hosting;

/// <summary>Runs the delivery dispatcher for the lifetime of the host.</summary>
internal sealed class DeliveryWorker(DeliveryDispatcher dispatcher) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Run(() => dispatcher.RunAsync(stoppingToken), CancellationToken.None);
}
