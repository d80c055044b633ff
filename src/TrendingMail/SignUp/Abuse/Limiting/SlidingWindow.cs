using System.Text.Json;

namespace TrendingMail.SignUp.Abuse.Limiting;

/// <summary>A rate limit that all nodes share. <see cref="RateLimitStore"/> counts it per key.</summary>
/// <param name="Name">Separates its keys from those of other limits.</param>
/// <param name="Permits">Permits per window; 0 for no limit.</param>
/// <param name="AllowsPrefetch">
/// Whether a busy node prefetches permits. Not for sign-ups, where the database does the same work for every address.
/// </param>
public sealed record RateLimitPolicy(string Name, int Permits, TimeSpan Window, bool AllowsPrefetch = false)
{
    /// <summary>Time slots per window. The window slides by one slot at a time.</summary>
    public const int SlotsPerWindow = 12;

    private long SlotLength => (long)Window.TotalMilliseconds / SlotsPerWindow;

    public long GetSlot(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / SlotLength;

    public DateTimeOffset GetSlotStart(long slot) => DateTimeOffset.FromUnixTimeMilliseconds(slot * SlotLength);
}

/// <summary>Permits acquired in the current sliding window.</summary>
/// <param name="Slot">The slot of the last count.</param>
/// <param name="Counts">Counts per slot, the newest last.</param>
internal sealed record SlidingWindow(long Slot, IReadOnlyList<int> Counts)
{
    private int Sum => Counts.Sum();

    public static SlidingWindow Parse(long slot, string taken)
    {
        var counts = JsonSerializer.Deserialize<int[]>(taken) ?? [];
        return new SlidingWindow(
            slot, [.. Enumerable.Repeat(0, RateLimitPolicy.SlotsPerWindow).Concat(counts)
                .TakeLast(RateLimitPolicy.SlotsPerWindow)]);
    }

    public string Format() => JsonSerializer.Serialize(Counts.SkipWhile(count => count == 0));

    /// <summary>Slides the window to a slot. A later slot written by a node whose clock is ahead is kept.</summary>
    public SlidingWindow AdvanceTo(long slot)
    {
        var steps = (int)Math.Clamp(slot - Slot, 0, RateLimitPolicy.SlotsPerWindow);
        return new SlidingWindow(Math.Max(slot, Slot), [.. Counts.Skip(steps), .. Enumerable.Repeat(0, steps)]);
    }

    /// <summary>How many of the requested permits are available.</summary>
    public int GetAvailable(int permits, int requested) => Math.Clamp(permits - Sum, 0, requested);

    public SlidingWindow Acquire(int count) => this with { Counts = [.. Counts.SkipLast(1), Counts[^1] + count] };

    /// <summary>The slot in which the oldest permit becomes available again.</summary>
    public long NextAvailableSlot() => Slot + 1 + Counts.TakeWhile(count => count == 0).Count();
}
