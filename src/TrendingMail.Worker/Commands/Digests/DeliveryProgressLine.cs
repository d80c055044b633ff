using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Queue;

namespace TrendingMail.Worker.Commands.Digests;

/// <summary>Shows delivery progress, read from the delivery queue, on one line of the terminal.</summary>
internal sealed class DeliveryProgressLine : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource cancellation = new();
    private readonly Task showing;

    public DeliveryProgressLine(DeliveryQueue queue, TimeProvider clock)
    {
        showing = Task.Run(() => ShowAsync(queue, clock, cancellation.Token));
    }

    public void Dispose()
    {
        cancellation.Cancel();
        showing.Wait();
        cancellation.Dispose();
    }

    private static async Task ShowAsync(DeliveryQueue queue, TimeProvider clock, CancellationToken cancellationToken)
    {
        DeliveryProgress? progress = null;
        var length = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var status = await queue.TotalsAsync(CancellationToken.None);
                progress ??= new DeliveryProgress(status, clock.GetUtcNow());
                progress.Update(status, clock.GetUtcNow());
                var text = progress.ToString();
                await Console.Error.WriteAsync($"\r{text.PadRight(length)}");
                length = text.Length;
            }
            catch (TrendingMailException)
            {
                // The database is busy or unavailable; the dispatcher reports it.
            }

            await Task.Delay(Interval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Console.Error.WriteAsync($"\r{new string(' ', length)}\r");
    }
}
