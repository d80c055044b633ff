using TrendingMail.Delivery;

namespace TrendingMail.Worker.Hosting;

/// <summary>Keeps the delivery going while the program runs.</summary>
internal sealed class DeliveryWorker(DeliveryPump pump) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Run(() => pump.RunAsync(stoppingToken), CancellationToken.None);
}
