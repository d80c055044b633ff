using TrendingMail.Delivery.Throttling;

namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// Enforces a server's <see cref="SmtpOptions.MaxPerMinute"/> by spreading messages over the minute instead of sending
/// a burst at its beginning. With a shared rate limiter, the limit applies to all nodes together.
/// </summary>
internal sealed class ServerRateLimiter(
    string server, int perMinute, SharedRateLimiter? sharedLimiter, TimeProvider clock) : IDisposable
{
    private readonly SlotSize slotSize = SlotSize.ForRate(perMinute / 60.0);
    private readonly string name = $"server {server}";
    private readonly SemaphoreSlim queue = new(1);
    private DateTimeOffset nextPermitAt = DateTimeOffset.MinValue;
    private DateTimeOffset slotEnd = DateTimeOffset.MinValue;
    private TimeSpan spacing;
    private int permitsLeft;

    /// <summary>Waits for the next permit, in order of arrival.</summary>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await queue.WaitAsync(cancellationToken);
        try
        {
            await DelayUntilAsync(nextPermitAt, cancellationToken);
            while (permitsLeft == 0 || clock.GetUtcNow() > slotEnd)
            {
                var slot = sharedLimiter is null
                    ? new TimeSlot(true, clock.GetUtcNow() + slotSize.Duration)
                    : await sharedLimiter.AcquireSlotAsync(name, slotSize.Duration, cancellationToken);
                if (slot.IsAcquired)
                {
                    (permitsLeft, slotEnd, nextPermitAt) = (slotSize.Permits, slot.NextAt, clock.GetUtcNow());
                    spacing = (slotEnd - nextPermitAt) / slotSize.Permits;
                }
                else
                {
                    await DelayUntilAsync(slot.NextAt, cancellationToken);
                }
            }

            // A late wake-up does not shift the permits that follow.
            permitsLeft--;
            var now = clock.GetUtcNow();
            nextPermitAt = nextPermitAt + spacing > now ? nextPermitAt + spacing : now;
        }
        finally
        {
            queue.Release();
        }
    }

    public void Dispose() => queue.Dispose();

    private Task DelayUntilAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        time - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero
            ? Task.Delay(wait, clock, cancellationToken)
            : Task.CompletedTask;
}
