namespace TrendingMail.Subscribers.Schedules;

/// <summary>Computes when a subscriber's digest is due, in the subscriber's time zone.</summary>
public static class DueTime
{
    /// <summary>Longer than any UTC offset, and shorter than the time between any two offset changes.</summary>
    private static readonly TimeSpan OffsetProbeDistance = TimeSpan.FromDays(1);

    /// <summary>
    /// The first instant after <paramref name="after"/> at which a digest is due.
    /// </summary>
    /// <param name="pausedUntil">The local day on which digests resume; null if the subscriber is not paused.</param>
    public static DateTimeOffset Next(SendSchedule schedule, DateOnly? pausedUntil, DateTimeOffset after)
    {
        var zone = schedule.Zone;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, zone).DateTime);
        if (pausedUntil > day)
        {
            day = pausedUntil.Value;
        }

        for (; ; day = day.AddDays(1))
        {
            if (schedule.Includes(day.DayOfWeek) && ToInstant(day, schedule.SendAt, zone) is var due && due > after)
            {
                return due;
            }
        }
    }

    /// <summary>
    /// Converts a local day and time to an instant. A time skipped by a daylight saving change maps to the end of the
    /// gap; an ambiguous time maps to its first occurrence.
    /// </summary>
    public static DateTimeOffset ToInstant(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        // Uses only the conversion from instant to offset, which is unambiguous: TimeZoneInfo's conversion from local
        // time fails for zones with negative daylight saving time (Dublin) and for skipped days.
        var local = day.ToDateTime(time, DateTimeKind.Utc);
        var offsetBefore = zone.GetUtcOffset(new DateTimeOffset(local) - OffsetProbeDistance);
        var offsetAfter = zone.GetUtcOffset(new DateTimeOffset(local) + OffsetProbeDistance);
        var earlier = new DateTimeOffset(local) - (offsetBefore > offsetAfter ? offsetBefore : offsetAfter);
        var later = new DateTimeOffset(local) - (offsetBefore > offsetAfter ? offsetAfter : offsetBefore);
        return zone.GetUtcOffset(earlier) == local - earlier.UtcDateTime ? earlier
            : zone.GetUtcOffset(later) == local - later.UtcDateTime ? later
            : FindOffsetChange(earlier, later, zone);
    }

    /// <summary>Finds the first instant in (from, to] whose UTC offset differs from that of <c>from</c>.</summary>
    private static DateTimeOffset FindOffsetChange(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(from);
        while (to - from > TimeSpan.FromSeconds(1))
        {
            var middle = from + TimeSpan.FromSeconds(Math.Floor((to - from).TotalSeconds / 2));
            (from, to) = zone.GetUtcOffset(middle) == offset ? (middle, to) : (from, middle);
        }

        return to;
    }
}
