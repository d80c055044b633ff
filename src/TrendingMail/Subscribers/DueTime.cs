namespace TrendingMail.Subscribers;

/// <summary>When a reader's digest is due: pure calendar arithmetic in the reader's own zone.</summary>
public static class DueTime
{
    /// <summary>No clock is changed twice in so short a time, and no offset is longer.</summary>
    private static readonly TimeSpan Vicinity = TimeSpan.FromDays(1);

    /// <summary>
    /// The first instant after <paramref name="after"/> at which a digest is due.
    /// </summary>
    /// <param name="pausedUntil">The first local day on which digests come again; null where the reader is not paused.</param>
    public static DateTimeOffset Next(Preferences preferences, DateOnly? pausedUntil, DateTimeOffset after)
    {
        var zone = preferences.Zone;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, zone).DateTime);
        if (pausedUntil > day)
        {
            day = pausedUntil.Value;
        }

        for (; ; day = day.AddDays(1))
        {
            if (IsDigestDay(preferences, day.DayOfWeek) && InstantOf(day, preferences.SendAt, zone) is var due && due > after)
            {
                return due;
            }
        }
    }

    /// <summary>
    /// The instant of a local day and time. A time that the clocks skip in spring becomes the first one after the gap; one
    /// that comes twice in autumn counts the first time.
    /// </summary>
    public static DateTimeOffset InstantOf(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        // Only from instant to local time, which has one answer: the framework's own way back fails where a zone's summer time
        // is the standard one (Dublin) and where a whole day is skipped.
        var local = day.ToDateTime(time, DateTimeKind.Utc);
        var before = zone.GetUtcOffset(new DateTimeOffset(local) - Vicinity);
        var after = zone.GetUtcOffset(new DateTimeOffset(local) + Vicinity);
        var early = new DateTimeOffset(local) - (before > after ? before : after);
        var late = new DateTimeOffset(local) - (before > after ? after : before);
        return zone.GetUtcOffset(early) == local - early.UtcDateTime ? early
            : zone.GetUtcOffset(late) == local - late.UtcDateTime ? late
            : ChangeBetween(early, late, zone);
    }

    /// <summary>The first instant after one and up to another at which the clocks are set otherwise than at the first.</summary>
    private static DateTimeOffset ChangeBetween(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(from);
        while (to - from > TimeSpan.FromSeconds(1))
        {
            var middle = from + TimeSpan.FromSeconds(Math.Floor((to - from).TotalSeconds / 2));
            (from, to) = zone.GetUtcOffset(middle) == offset ? (middle, to) : (from, middle);
        }

        return to;
    }

    private static bool IsDigestDay(Preferences preferences, DayOfWeek weekday) => preferences.Frequency switch
    {
        Frequency.Weekdays => weekday is not (DayOfWeek.Saturday or DayOfWeek.Sunday),
        Frequency.Weekly => weekday == preferences.Weekday,
        _ => true,
    };
}
