using TrendingMail.Delivery;

namespace TrendingMail.Worker.Commands;

/// <summary>One line on the terminal that tells how far the delivery has come, as the ledger has it.</summary>
internal sealed class DeliveryLine : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource end = new();
    private readonly Task showing;

    public DeliveryLine(Ledger ledger, TimeProvider clock)
    {
        showing = Task.Run(() => ShowAsync(ledger, clock, end.Token));
    }

    public void Dispose()
    {
        end.Cancel();
        showing.Wait();
        end.Dispose();
    }

    private static async Task ShowAsync(Ledger ledger, TimeProvider clock, CancellationToken end)
    {
        DeliveryProgress? progress = null;
        var length = 0;
        while (!end.IsCancellationRequested)
        {
            try
            {
                var status = await ledger.TotalsAsync(CancellationToken.None);
                progress ??= new DeliveryProgress(status, clock.GetUtcNow());
                progress.Look(status, clock.GetUtcNow());
                var text = progress.ToString();
                await Console.Error.WriteAsync($"\r{text.PadRight(length)}");
                length = text.Length;
            }
            catch (TrendingMailException)
            {
                // The database is busy or away; whoever delivers says so.
            }

            await Task.Delay(Interval, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Console.Error.WriteAsync($"\r{new string(' ', length)}\r");
    }
}
