using System.Text.Json;

namespace TrendingMail.SignUp;

/// <summary>How often something may be done, by whom <c>key</c> of <see cref="LimitBook"/> stands for.</summary>
/// <param name="Name">Tells its keys from those of other limits.</param>
/// <param name="Permits">How often in a window; 0 for as often as one likes.</param>
/// <param name="IsTakenAhead">
/// Whether a busy node takes permits ahead. Not at the sign-up, where the database does the same work for each address.
/// </param>
public sealed record SharedLimit(string Name, int Permits, TimeSpan Window, bool IsTakenAhead = false)
{
    /// <summary>Parts of a window: it slides on by one at a time.</summary>
    public const int Slots = 12;

    private long SlotLength => (long)Window.TotalMilliseconds / Slots;

    public long SlotOf(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / SlotLength;

    public DateTimeOffset StartOf(long slot) => DateTimeOffset.FromUnixTimeMilliseconds(slot * SlotLength);
}

/// <summary>What was taken of a limit lately.</summary>
/// <param name="Slot">That of the last count.</param>
/// <param name="Taken">Counts by slot, the newest at the end.</param>
internal sealed record LimitWindow(long Slot, IReadOnlyList<int> Taken)
{
    private int Sum => Taken.Sum();

    public static LimitWindow Read(long slot, string taken)
    {
        var counts = JsonSerializer.Deserialize<int[]>(taken) ?? [];
        return new LimitWindow(slot, [.. Enumerable.Repeat(0, SharedLimit.Slots).Concat(counts).TakeLast(SharedLimit.Slots)]);
    }

    public string Write() => JsonSerializer.Serialize(Taken.SkipWhile(count => count == 0));

    /// <summary>The window as it is some slots later. Where another node's clock is ahead, what it wrote down stands.</summary>
    public LimitWindow MovedTo(long slot)
    {
        var steps = (int)Math.Clamp(slot - Slot, 0, SharedLimit.Slots);
        return new LimitWindow(Math.Max(slot, Slot), [.. Taken.Skip(steps), .. Enumerable.Repeat(0, steps)]);
    }

    /// <summary>How many permits of those that are wanted there are.</summary>
    public int Free(int permits, int wanted) => Math.Clamp(permits - Sum, 0, wanted);

    public LimitWindow Take(int count) => this with { Taken = [.. Taken.SkipLast(1), Taken[^1] + count] };

    /// <summary>The slot in which the first that was taken is free again.</summary>
    public long FreeAgain() => Slot + 1 + Taken.TakeWhile(count => count == 0).Count();
}
