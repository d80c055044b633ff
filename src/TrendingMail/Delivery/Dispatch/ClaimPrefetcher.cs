using TrendingMail.Delivery.Queue;

namespace TrendingMail.Delivery.Dispatch;

/// <summary>
/// Claims deliveries ahead for the workers: about as many as are sent in a second or two, so that one transaction
/// claims many, while a crash or an opt-out affects few.
/// </summary>
internal sealed class ClaimPrefetcher(DeliveryQueue queue, string processId, int minBatchSize, TimeProvider clock)
{
    private const int MaxBatchSize = 1000;

    private static readonly TimeSpan GrowBelow = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ShrinkAbove = TimeSpan.FromSeconds(4);

    private readonly Lock guard = new();
    private readonly Queue<ClaimedDelivery> ready = new();
    private readonly int minBatchSize = minBatchSize;
    private int batchSize = minBatchSize;
    private long refilledAt = clock.GetTimestamp();
    private Task? refill;
    private bool isExhausted;

    /// <summary>The next delivery; null if nothing is ready any more.</summary>
    public async ValueTask<ClaimedDelivery?> NextAsync()
    {
        while (true)
        {
            Task refilling;
            lock (guard)
            {
                if (refill is null && !isExhausted && ready.Count <= batchSize / 2)
                {
                    refill = Task.Run(RefillAsync);
                }

                if (ready.TryDequeue(out var next))
                {
                    return next;
                }

                if (refill is null)
                {
                    return null;
                }

                refilling = refill;
            }

            await refilling;
        }
    }

    /// <summary>Whether the next delivery must be claimed first.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (guard)
            {
                return ready.Count == 0;
            }
        }
    }

    /// <summary>Resumes claiming, because deliveries may be ready again.</summary>
    public void Resume()
    {
        lock (guard)
        {
            isExhausted = false;
        }
    }

    /// <summary>Releases the claims that were not used.</summary>
    public async Task ReleaseAllAsync(DeliveryStateWriter stateWriter)
    {
        if (refill is { } last)
        {
            await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(ready.Select(delivery => stateWriter.ReleaseAsync(delivery, notBefore: null)));
    }

    private async Task RefillAsync()
    {
        try
        {
            var claimed = await queue.ClaimAsync(processId, batchSize, CancellationToken.None);
            lock (guard)
            {
                foreach (var delivery in claimed)
                {
                    ready.Enqueue(delivery);
                }

                isExhausted = claimed.Count == 0;
                var elapsed = clock.GetElapsedTime(refilledAt);
                refilledAt = clock.GetTimestamp();
                batchSize = elapsed < GrowBelow ? Math.Min(batchSize * 2, MaxBatchSize) : elapsed > ShrinkAbove
                    ? Math.Max(batchSize / 2, minBatchSize) : batchSize;
            }
        }
        finally
        {
            lock (guard)
            {
                refill = null;
            }
        }
    }
}
