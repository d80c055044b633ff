using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace TrendingMail.SignUp;

/// <summary>
/// One key's part of a limit that all nodes share. It takes permits from the <see cref="LimitBook"/>: one at a time, or where many are
/// used an eighth of these ahead, which hold until the window slides on. A refusal is remembered until it ends, so that a flood costs
/// no more than memory.
/// </summary>
internal sealed class SharedLimiter(LimitBook book, SharedLimit limit, string key, TimeProvider clock) : RateLimiter
{
    private const int PartAhead = 8;

    private readonly Lock guard = new();
    private readonly SemaphoreSlim asking = new(1);
    private DateTimeOffset refusedUntil;
    private DateTimeOffset usedAt = clock.GetUtcNow();
    private long slot;
    private int used;
    private int ahead;

    /// <summary>Null while there is something to remember.</summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (guard)
            {
                var now = clock.GetUtcNow();
                return now < refusedUntil || (ahead > 0 && slot == limit.SlotOf(now)) ? null : now - usedAt;
            }
        }
    }

    public override RateLimiterStatistics? GetStatistics() => null;

    /// <summary>Answers as far as it can without the database.</summary>
    protected override RateLimitLease AttemptAcquireCore(int permitCount) => TryAcquire() ?? new LimitLease(null);

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permitCount, 1);
        await asking.WaitAsync(cancellationToken);
        try
        {
            // Once, but for a window that slides on meanwhile.
            while (true)
            {
                if (TryAcquire() is { } known)
                {
                    return known;
                }

                var grant = await book.TakeAsync(limit, key, limit.IsTakenAhead ? 1 + (used / PartAhead) : 1, cancellationToken);
                lock (guard)
                {
                    (ahead, refusedUntil) = grant.Permits == 0 ? (0, grant.FreeAgain) : (grant.Permits, refusedUntil);
                }
            }
        }
        finally
        {
            asking.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            asking.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <returns>Null where the book has to be asked.</returns>
    private LimitLease? TryAcquire()
    {
        lock (guard)
        {
            var now = usedAt = clock.GetUtcNow();
            if (now < refusedUntil)
            {
                return new LimitLease(refusedUntil - now);
            }

            if (limit.SlotOf(now) is var current && current != slot)
            {
                (slot, used, ahead) = (current, 0, 0);
            }

            if (ahead == 0)
            {
                return null;
            }

            ahead--;
            used++;
            return LimitLease.Taken;
        }
    }
}

/// <summary>A permit, or word of when there will be one.</summary>
internal sealed class LimitLease(TimeSpan? retryAfter, bool isAcquired = false) : RateLimitLease
{
    public static LimitLease Taken { get; } = new(null, isAcquired: true);

    public override bool IsAcquired => isAcquired;

    public override IEnumerable<string> MetadataNames => retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
        return metadata is not null;
    }
}
