namespace TrendingMail.Subscribers;

/// <summary>When a reader's digest is due: pure calendar arithmetic in the reader's own zone.</summary>
public static class DueTime
{
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
        var local = day.ToDateTime(time);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        // Of two offsets the larger one is the earlier instant.
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static bool IsDigestDay(Preferences preferences, DayOfWeek weekday) => preferences.Frequency switch
    {
        Frequency.Weekdays => weekday is not (DayOfWeek.Saturday or DayOfWeek.Sunday),
        Frequency.Weekly => weekday == preferences.Weekday,
        _ => true,
    };
}
