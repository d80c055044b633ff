using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using TrendingMail.Links;
using TrendingMail.Storage;

namespace TrendingMail.SignUp.Abuse.Limiting;

/// <summary>Permits granted by a rate limit.</summary>
/// <param name="Permits">The number of permits granted.</param>
/// <param name="AvailableAt">When to retry if none was granted.</param>
public readonly record struct RateLimitGrant(int Permits, DateTimeOffset AvailableAt);

/// <summary>
/// Stores the use of rate limits for all nodes: one row per limit and key until its window has passed. Keys are stored
/// as keyed hashes, because most of the networks and addresses that are limited do not belong to subscribers.
/// </summary>
public sealed class RateLimitStore(Database database, KeyRing keys, TimeProvider clock)
{
    private const int HashLength = 16;

    private static readonly TimeSpan CleanupInterval = TimeSpan.FromMinutes(10);

    private long lastCleanup = clock.GetTimestamp();

    /// <summary>Creates the partition of a rate limiter for one key.</summary>
    public RateLimitPartition<string> CreatePartition(RateLimitPolicy policy, string key) => policy.Permits == 0
        ? RateLimitPartition.GetNoLimiter(key)
        : RateLimitPartition.Get(key, name => new DistributedRateLimiter(this, policy, name, clock));

    /// <summary>Acquires as many of the requested permits as are available.</summary>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async Task<RateLimitGrant> AcquireAsync(
        RateLimitPolicy policy, string key, int requested, CancellationToken cancellationToken)
    {
        await DeleteExpiredPeriodicallyAsync(cancellationToken);
        return await database.WriteConcurrentAsync(
            session => AcquireAsync(session, policy, key, requested), cancellationToken);
    }

    /// <summary>Acquires permits in the caller's transaction.</summary>
    public async Task<RateLimitGrant> AcquireAsync(Session session, RateLimitPolicy policy, string key, int requested)
    {
        var now = clock.GetUtcNow();
        var (hash, slot) = (HashKey(policy, key), policy.GetSlot(now));

        // The upsert locks the row, so the values that it returns stay current until the second statement.
        var row = (await session.FirstOrDefaultAsync<Row>("""
            INSERT INTO rate_limits (key, slot, counts, ends_at) VALUES (@hash, @slot, '[]', @endsAt)
            ON CONFLICT (key) DO UPDATE SET ends_at = excluded.ends_at
            RETURNING slot, counts
            """, new { hash, slot, endsAt = now + policy.Window }))!;
        var window = SlidingWindow.Parse(row.Slot, row.Counts).AdvanceTo(slot);
        var available = window.GetAvailable(policy.Permits, requested);
        if (available == 0)
        {
            return new RateLimitGrant(0, policy.GetSlotStart(window.NextAvailableSlot()));
        }

        window = window.Acquire(available);
        await session.ExecuteAsync("UPDATE rate_limits SET slot = @Slot, counts = @counts WHERE key = @hash",
            new { hash, window.Slot, counts = window.Format() });
        return new RateLimitGrant(available, now);
    }

    /// <summary>Deletes windows that have passed.</summary>
    public static Task<int> DeleteExpiredAsync(Session session, DateTimeOffset now) =>
        session.ExecuteAsync("DELETE FROM rate_limits WHERE ends_at <= @now", new { now });

    private async Task DeleteExpiredPeriodicallyAsync(CancellationToken cancellationToken)
    {
        var since = Interlocked.Read(ref lastCleanup);
        if (clock.GetElapsedTime(since) > CleanupInterval &&
            Interlocked.CompareExchange(ref lastCleanup, clock.GetTimestamp(), since) == since)
        {
            await database.WriteConcurrentAsync(
                session => DeleteExpiredAsync(session, clock.GetUtcNow()), cancellationToken);
        }
    }

    // Uses the oldest key, so that a key rotation does not reset all windows.
    private string HashKey(RateLimitPolicy policy, string key) => Convert.ToHexStringLower(
        HMACSHA256.HashData(keys.All[0].Secret, Encoding.UTF8.GetBytes($"limit:{policy.Name}:{key}"))
            .AsSpan(0, HashLength));

    private sealed record Row
    {
        public required long Slot { get; init; }

        public required string Counts { get; init; }
    }
}
