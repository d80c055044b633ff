namespace TrendingMail.Delivery;

/// <summary>
/// Keeps claimed deliveries at hand for the lanes, about as many as leave in a second or two, so that claiming costs a
/// transaction for many and a crash or an opt-out finds few of them out of the ledger's hand.
/// </summary>
internal sealed class ClaimAhead(Ledger ledger, string node, int fewest, TimeProvider clock)
{
    private const int Most = 1000;

    private static readonly TimeSpan TooSoon = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan TooLate = TimeSpan.FromSeconds(4);

    private readonly Lock guard = new();
    private readonly Queue<ClaimedDelivery> ready = new();
    private readonly int fewest = fewest;
    private int size = fewest;
    private long refilledAt = clock.GetTimestamp();
    private Task? refill;
    private bool isDry;

    /// <summary>The next delivery; null where nothing is ready any more.</summary>
    public async ValueTask<ClaimedDelivery?> NextAsync()
    {
        while (true)
        {
            Task refilling;
            lock (guard)
            {
                if (refill is null && !isDry && ready.Count <= size / 2)
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

    /// <summary>Whether the next one must be claimed first.</summary>
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

    /// <summary>Something may be ready again.</summary>
    public void LookAgain()
    {
        lock (guard)
        {
            isDry = false;
        }
    }

    /// <summary>Gives back what nobody took.</summary>
    public async Task ReturnAsync(LedgerClerk clerk)
    {
        if (refill is { } last)
        {
            await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(ready.Select(delivery => clerk.PutBackAsync(delivery, notBefore: null)));
    }

    private async Task RefillAsync()
    {
        try
        {
            var claimed = await ledger.ClaimAsync(node, size, CancellationToken.None);
            lock (guard)
            {
                foreach (var delivery in claimed)
                {
                    ready.Enqueue(delivery);
                }

                isDry = claimed.Count == 0;
                var since = clock.GetElapsedTime(refilledAt);
                refilledAt = clock.GetTimestamp();
                size = since < TooSoon ? Math.Min(size * 2, Most) : since > TooLate ? Math.Max(size / 2, fewest) : size;
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
