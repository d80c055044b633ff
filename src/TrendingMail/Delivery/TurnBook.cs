using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>How time is cut for a rate: so many messages in each slice of about a second, or one in a longer slice.</summary>
/// <param name="Turns">Messages of a slice.</param>
public readonly record struct Slicing(int Turns, TimeSpan Length)
{
    /// <param name="rate">Messages a second.</param>
    public static Slicing Of(double rate)
    {
        var turns = Math.Max(1, (int)rate);
        return new Slicing(turns, TimeSpan.FromMilliseconds(Math.Ceiling(turns * 1000 / rate)));
    }
}

/// <summary>What came of asking for a slice of time.</summary>
/// <param name="IsTaken">It is the caller's, and lasts until <paramref name="NextAt"/>; else another has the one until then.</param>
public readonly record struct TimeSlice(bool IsTaken, DateTimeOffset NextAt);

/// <summary>
/// Hands out time, slice by slice, to whichever node asks first when one begins, so that all nodes together keep to a pace, and each
/// asks the database once a slice and not for each message.
/// </summary>
public sealed class TurnBook(Database database, TimeProvider clock)
{
    /// <param name="name">What is done at a common pace.</param>
    public Task<TimeSlice> TakeAsync(string name, TimeSpan length, CancellationToken cancellationToken) =>
        database.WriteBesideAsync(async session =>
        {
            // Who comes a little late does not shift all slices that follow; what nobody wanted is not made up for.
            var now = clock.GetUtcNow();
            var taken = await session.FirstOrDefaultAsync<Row>("""
                INSERT INTO turns (name, next_at) VALUES (@name, @now + @length)
                ON CONFLICT (name) DO UPDATE
                SET next_at = CASE WHEN turns.next_at > @late THEN turns.next_at ELSE @now END + @length
                WHERE turns.next_at <= @now
                RETURNING next_at
                """, new { name, now, length = (long)length.TotalMilliseconds, late = now - (length / 4) });
            return taken is not null ? new TimeSlice(true, taken.NextAt) : new TimeSlice(false, (await session.FirstOrDefaultAsync<Row>(
                "SELECT next_at FROM turns WHERE name = @name", new { name }))?.NextAt ?? now);
        }, cancellationToken);

    /// <summary>Forgets the turns of what went on without a pace for a day.</summary>
    internal static Task<int> ForgetAsync(Session session, DateTimeOffset now) =>
        session.ExecuteAsync("DELETE FROM turns WHERE next_at < @before", new { before = now.AddDays(-1) });

    private sealed record Row
    {
        public required DateTimeOffset NextAt { get; init; }
    }
}
