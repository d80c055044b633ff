using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>What a limit gave.</summary>
/// <param name="Permits">How many.</param>
/// <param name="FreeAgain">When to come again, where that is none.</param>
public readonly record struct LimitGrant(int Permits, DateTimeOffset FreeAgain);

/// <summary>
/// What was taken of limits, for all nodes together: a row each, for as long as its window lasts. Whom it stands for is kept as
/// a keyed hash, for most of those who are limited are no readers of ours.
/// </summary>
public sealed class LimitBook(Database database, KeyRing keys, TimeProvider clock)
{
    private const int HashLength = 16;

    private static readonly TimeSpan ForgetInterval = TimeSpan.FromMinutes(10);

    private long forgottenAt = clock.GetTimestamp();

    /// <summary>The part of a limiter that one key has.</summary>
    public RateLimitPartition<string> PartOf(SharedLimit limit, string key) => limit.Permits == 0
        ? RateLimitPartition.GetNoLimiter(key)
        : RateLimitPartition.Get(key, name => new SharedLimiter(this, limit, name, clock));

    /// <summary>Takes what there is of the permits that are wanted.</summary>
    /// <exception cref="TrendingMailException">The database is out of reach.</exception>
    public async Task<LimitGrant> TakeAsync(SharedLimit limit, string key, int wanted, CancellationToken cancellationToken)
    {
        await ForgetSometimesAsync(cancellationToken);
        return await database.WriteBesideAsync(session => TakeAsync(session, limit, key, wanted), cancellationToken);
    }

    /// <summary>Takes them in the caller's transaction.</summary>
    public async Task<LimitGrant> TakeAsync(Session session, SharedLimit limit, string key, int wanted)
    {
        var now = clock.GetUtcNow();
        var (hash, slot) = (HashOf(limit, key), limit.SlotOf(now));

        // The update that changes nothing of note locks the row: what is read here is true until the second statement.
        var row = (await session.FirstOrDefaultAsync<Row>("""
            INSERT INTO rate_limits (key, slot, taken, ends_at) VALUES (@hash, @slot, '[]', @endsAt)
            ON CONFLICT (key) DO UPDATE SET ends_at = excluded.ends_at
            RETURNING slot, taken
            """, new { hash, slot, endsAt = now + limit.Window }))!;
        var window = LimitWindow.Read(row.Slot, row.Taken).MovedTo(slot);
        var free = window.Free(limit.Permits, wanted);
        if (free == 0)
        {
            return new LimitGrant(0, limit.StartOf(window.FreeAgain()));
        }

        window = window.Take(free);
        await session.ExecuteAsync("UPDATE rate_limits SET slot = @Slot, taken = @taken WHERE key = @hash",
            new { hash, window.Slot, taken = window.Write() });
        return new LimitGrant(free, now);
    }

    /// <summary>Forgets windows that are over.</summary>
    public static Task<int> ForgetAsync(Session session, DateTimeOffset now) =>
        session.ExecuteAsync("DELETE FROM rate_limits WHERE ends_at <= @now", new { now });

    private async Task ForgetSometimesAsync(CancellationToken cancellationToken)
    {
        var since = Interlocked.Read(ref forgottenAt);
        if (clock.GetElapsedTime(since) > ForgetInterval &&
            Interlocked.CompareExchange(ref forgottenAt, clock.GetTimestamp(), since) == since)
        {
            await database.WriteBesideAsync(session => ForgetAsync(session, clock.GetUtcNow()), cancellationToken);
        }
    }

    // By the oldest key: a rotation does not begin all windows anew.
    private string HashOf(SharedLimit limit, string key) => Convert.ToHexStringLower(
        HMACSHA256.HashData(keys.All[0].Secret, Encoding.UTF8.GetBytes($"limit:{limit.Name}:{key}")).AsSpan(0, HashLength));

    private sealed record Row
    {
        public required long Slot { get; init; }

        public required string Taken { get; init; }
    }
}
