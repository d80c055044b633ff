namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>
/// Spreads the deliveries that find no room over the coming hours, in the order in which they were claimed. Each hour
/// tries a few times as many as it may have room for, so that a long queue is not claimed in vain every hour, and room
/// that appears, because a cap was raised or a node gave permits back, is used within the hour.
/// </summary>
internal sealed class PostponementSchedule
{
    /// <summary>Deliveries that are tried in an hour, besides those that it may have room for.</summary>
    private const int MinWave = 50;

    /// <summary>Milliseconds over which the last tries of a mailing are spread, to keep their order.</summary>
    private const int MaxOffset = 300_000;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How long before its expiry a delivery is tried for the last time.</summary>
    private static readonly TimeSpan LastChance = TimeSpan.FromMinutes(15);

    private readonly Lock guard = new();
    private readonly Dictionary<string, (DateTimeOffset Hour, int Count)> postponed = [];

    /// <summary>When a delivery is tried again; null if there will be no room before it expires.</summary>
    /// <param name="key">Identifies the cap that is used up.</param>
    /// <param name="cap">The messages that it allows a day.</param>
    public DateTimeOffset? GetNext(string key, long cap, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        lock (guard)
        {
            var hour = FloorToHour(now);
            var position = postponed.TryGetValue(key, out var known) && known.Hour == hour ? known.Count : 0;
            postponed[key] = (hour, position + 1);
            return GetNext(position, cap, now, expiresAt);
        }
    }

    /// <param name="position">The number of deliveries that were postponed before in the same hour.</param>
    public static DateTimeOffset? GetNext(int position, long cap, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        var wave = (int)Math.Min(MinWave + (4 * cap / 24), int.MaxValue);
        var next = GetNextHour(now) + (Hour * (position / wave)) + TimeSpan.FromMilliseconds(position % wave);
        var last = expiresAt - LastChance + TimeSpan.FromMilliseconds(Math.Min(position, MaxOffset));
        return next < last ? next : now < expiresAt - LastChance ? last : null;
    }

    /// <summary>The beginning of the next hour.</summary>
    public static DateTimeOffset GetNextHour(DateTimeOffset time) => FloorToHour(time) + Hour;

    private static DateTimeOffset FloorToHour(DateTimeOffset time) =>
        new(time.Ticks - (time.Ticks % Hour.Ticks), time.Offset);
}
