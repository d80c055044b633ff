namespace TrendingMail.Delivery.Throttling;

/// <summary>Limits the rate at which one recipient domain is sent mail, by all nodes together.</summary>
/// <param name="limit">The configured limit in messages per second; null if there is none.</param>
internal sealed class DomainThrottle(string domain, double? limit, SharedRateLimiter rateLimiter, TimeProvider clock)
{
    /// <summary>
    /// The longest postponement. After it a delivery asks again, because by then the domain may have sped up or other
    /// nodes may have less mail for it.
    /// </summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    private readonly string name = $"domain {domain.ToLowerInvariant()}";
    private readonly Lock guard = new();
    private double? adaptiveRate;
    private DateTimeOffset decidedAt = DateTimeOffset.MinValue;
    private long decidedLocallyAt = long.MinValue;

    /// <summary>Messages that may still be sent before the next time slot begins.</summary>
    private int permitsLeft;
    private DateTimeOffset slotEnd = DateTimeOffset.MinValue;
    private Task? acquiring;

    /// <summary>The time slot to which deliveries are postponed, and how many have been.</summary>
    private DateTimeOffset reservedSlot = DateTimeOffset.MinValue;
    private int reservedCount;

    /// <summary>Messages per second; null if the domain is not throttled.</summary>
    public double? Rate
    {
        get
        {
            lock (guard)
            {
                return adaptiveRate is { } rate && rate < (limit ?? double.MaxValue) ? rate : limit;
            }
        }
    }

    /// <summary>Sets the rate that this node derived from the domain's replies.</summary>
    /// <param name="decided">When any node decided on it.</param>
    public void SetRate(double? rate, DateTimeOffset decided)
    {
        lock (guard)
        {
            (adaptiveRate, decidedAt, decidedLocallyAt) = (rate, decided, clock.GetTimestamp());
        }
    }

    /// <summary>Applies the shared rate, unless this node has decided on another since it was read.</summary>
    public void Refresh(double? rate, DateTimeOffset decided, long readAt)
    {
        lock (guard)
        {
            if (decidedLocallyAt < readAt)
            {
                (adaptiveRate, decidedAt) = (rate, decided);
            }
        }
    }

    /// <summary>Whether the domain's replies set a rate, and not only the settings.</summary>
    public bool IsAdaptive
    {
        get
        {
            lock (guard)
            {
                return adaptiveRate is not null;
            }
        }
    }

    /// <summary>Whether the next decision is due; if so, the caller makes it on behalf of all connections.</summary>
    public bool TryDecide(TimeSpan period)
    {
        lock (guard)
        {
            if (adaptiveRate is null || clock.GetUtcNow() - decidedAt < period)
            {
                return false;
            }

            decidedAt = clock.GetUtcNow();
            return true;
        }
    }

    /// <summary>Reserves a permit for one message and returns when it may be sent; null for now.</summary>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async ValueTask<DateTimeOffset?> ReserveAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? notBefore;
        while (!TryReserve(out notBefore))
        {
            Task acquired;
            lock (guard)
            {
                // One request serves all connections.
                acquired = acquiring ??= Task.Run(AcquireSlotAsync, CancellationToken.None);
            }

            await acquired.WaitAsync(cancellationToken);
        }

        return notBefore;
    }

    private async Task AcquireSlotAsync()
    {
        try
        {
            var slotSize = SlotSize.ForRate(Rate ?? DomainThrottleStore.UnthrottledRate);
            var slot = await rateLimiter.AcquireSlotAsync(name, slotSize.Duration, CancellationToken.None);
            lock (guard)
            {
                (permitsLeft, slotEnd) = (slot.IsAcquired ? slotSize.Permits : 0, slot.NextAt);
            }
        }
        finally
        {
            lock (guard)
            {
                acquiring = null;
            }
        }
    }

    /// <returns>False if a new time slot has begun and must be acquired first.</returns>
    private bool TryReserve(out DateTimeOffset? notBefore)
    {
        lock (guard)
        {
            var now = clock.GetUtcNow();
            notBefore = null;
            if (now >= slotEnd)
            {
                return false;
            }

            if (permitsLeft > 0)
            {
                permitsLeft--;
            }
            else
            {
                notBefore = ReserveLater(now);
            }

            return true;
        }
    }

    /// <summary>Postpones a message to a later time slot; each slot takes as many messages as it has permits.</summary>
    private DateTimeOffset ReserveLater(DateTimeOffset now)
    {
        var slotSize = SlotSize.ForRate(Rate ?? DomainThrottleStore.UnthrottledRate);
        var (next, count) = reservedSlot < slotEnd ? (slotEnd, 0)
            : reservedCount < slotSize.Permits ? (reservedSlot, reservedCount)
            : (reservedSlot + slotSize.Duration, 0);
        if (next - now > MaxDelay)
        {
            // Add jitter, so that postponed deliveries do not all come back at once.
            return now + (MaxDelay * (0.5 + (Random.Shared.NextDouble() / 2)));
        }

        (reservedSlot, reservedCount) = (next, count + 1);
        return reservedSlot;
    }
}
