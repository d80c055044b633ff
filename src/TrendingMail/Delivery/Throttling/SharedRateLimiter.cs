using TrendingMail.Storage;

namespace TrendingMail.Delivery.Throttling;

/// <summary>The size of a time slot: several messages in about a second, or one message in a longer slot.</summary>
/// <param name="Permits">The number of messages that may be sent in one slot.</param>
public readonly record struct SlotSize(int Permits, TimeSpan Duration)
{
    /// <param name="rate">Messages per second.</param>
    public static SlotSize ForRate(double rate)
    {
        var permits = Math.Max(1, (int)rate);
        return new SlotSize(permits, TimeSpan.FromMilliseconds(Math.Ceiling(permits * 1000 / rate)));
    }
}

/// <summary>The result of trying to acquire a time slot.</summary>
/// <param name="IsAcquired">Whether the caller acquired the slot that ends at <paramref name="NextAt"/>; if not,
/// another node has it.</param>
/// <param name="NextAt">When the next slot begins.</param>
public readonly record struct TimeSlot(bool IsAcquired, DateTimeOffset NextAt);

/// <summary>
/// A rate limiter shared by all nodes. Each time slot goes to the first node that asks for it, so a node uses the
/// database once per slot and not once per message.
/// </summary>
public sealed class SharedRateLimiter(Database database, TimeProvider clock)
{
    /// <param name="name">Identifies what is limited.</param>
    public Task<TimeSlot> AcquireSlotAsync(string name, TimeSpan duration, CancellationToken cancellationToken) =>
        database.WriteConcurrentAsync(async session =>
        {
            // A slot that is acquired slightly late does not shift those that follow. Unused slots do not accumulate.
            var now = clock.GetUtcNow();
            var acquired = await session.FirstOrDefaultAsync<Row>("""
                INSERT INTO rate_limit_slots (name, next_at) VALUES (@name, @now + @length)
                ON CONFLICT (name) DO UPDATE
                SET next_at = CASE WHEN rate_limit_slots.next_at > @late THEN rate_limit_slots.next_at
                    ELSE @now END + @length
                WHERE rate_limit_slots.next_at <= @now
                RETURNING next_at
                """, new { name, now, length = (long)duration.TotalMilliseconds, late = now - (duration / 4) });
            return acquired is not null ? new TimeSlot(true, acquired.NextAt) : new TimeSlot(false,
                (await session.FirstOrDefaultAsync<Row>(
                "SELECT next_at FROM rate_limit_slots WHERE name = @name", new { name }))?.NextAt ?? now);
        }, cancellationToken);

    /// <summary>Deletes the slots of limits that have been unused for a day.</summary>
    internal static Task<int> DeleteExpiredAsync(Session session, DateTimeOffset now) =>
        session.ExecuteAsync("DELETE FROM rate_limit_slots WHERE next_at < @before", new { before = now.AddDays(-1) });

    private sealed record Row
    {
        public required DateTimeOffset NextAt { get; init; }
    }
}
