using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace TrendingMail.SignUp.Abuse.Limiting;

/// <summary>
/// The limiter of one key of a rate limit that all nodes share. It acquires permits from <see cref="RateLimitStore"/>
/// one at a time or, for a busy key, prefetches an eighth of those used in the current slot; prefetched permits expire
/// when the window slides. A rejection is cached until it ends, so that a flood of requests does not reach the
/// database.
/// </summary>
internal sealed class DistributedRateLimiter(
    RateLimitStore store, RateLimitPolicy policy, string key, TimeProvider clock) : RateLimiter
{
    private const int PrefetchDivisor = 8;

    private readonly Lock sync = new();
    private readonly SemaphoreSlim storeLock = new(1);
    private DateTimeOffset rejectedUntil;
    private DateTimeOffset lastUsedAt = clock.GetUtcNow();
    private long slot;
    private int used;
    private int prefetched;

    /// <summary>Null while the limiter holds state that must not be dropped.</summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (sync)
            {
                var now = clock.GetUtcNow();
                return now < rejectedUntil || (prefetched > 0 && slot == policy.GetSlot(now)) ? null : now - lastUsedAt;
            }
        }
    }

    public override RateLimiterStatistics? GetStatistics() => null;

    /// <summary>Acquires a permit only if that needs no database access.</summary>
    protected override RateLimitLease AttemptAcquireCore(int permitCount) =>
        TryAcquire() ?? new DistributedRateLimitLease(null);

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(
        int permitCount, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permitCount, 1);
        await storeLock.WaitAsync(cancellationToken);
        try
        {
            // Loops more than once only if the window slides in between.
            while (true)
            {
                if (TryAcquire() is { } known)
                {
                    return known;
                }

                var grant = await store.AcquireAsync(
                    policy, key, policy.AllowsPrefetch ? 1 + (used / PrefetchDivisor) : 1, cancellationToken);
                lock (sync)
                {
                    (prefetched, rejectedUntil) = grant.Permits == 0
                        ? (0, grant.AvailableAt) : (grant.Permits, rejectedUntil);
                }
            }
        }
        finally
        {
            storeLock.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            storeLock.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <returns>Null if the store has to be queried.</returns>
    private DistributedRateLimitLease? TryAcquire()
    {
        lock (sync)
        {
            var now = lastUsedAt = clock.GetUtcNow();
            if (now < rejectedUntil)
            {
                return new DistributedRateLimitLease(rejectedUntil - now);
            }

            if (policy.GetSlot(now) is var current && current != slot)
            {
                (slot, used, prefetched) = (current, 0, 0);
            }

            if (prefetched == 0)
            {
                return null;
            }

            prefetched--;
            used++;
            return DistributedRateLimitLease.Acquired;
        }
    }
}

/// <summary>An acquired permit, or a rejection with the time to retry.</summary>
internal sealed class DistributedRateLimitLease(TimeSpan? retryAfter, bool isAcquired = false) : RateLimitLease
{
    public static DistributedRateLimitLease Acquired { get; } = new(null, isAcquired: true);

    public override bool IsAcquired => isAcquired;

    public override IEnumerable<string> MetadataNames => retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
        return metadata is not null;
    }
}
