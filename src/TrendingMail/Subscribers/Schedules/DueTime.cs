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

    /// <summary>The last instant, not after <paramref name="now"/>, at which a digest was due.</summary>
    public static DateTimeOffset Latest(SendSchedule schedule, DateTimeOffset now)
    {
        // One day more than today: a time that clocks skip maps to an instant of the following day.
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, schedule.Zone).DateTime).AddDays(1);
        for (; ; day = day.AddDays(-1))
        {
            if (schedule.Includes(day.DayOfWeek) && ToInstant(day, schedule.SendAt, schedule.Zone) is var due
                && due <= now)
            {
                return due;
            }
        }
    }

    /// <summary>
    /// When the next digest is due after a change of schedule. A digest that was due before, or later on a day whose
    /// new send time has passed, is not lost: the change then takes effect afterwards.
    /// </summary>
    /// <param name="dueAt">When the next digest was due before the change.</param>
    /// <param name="publication">When editions are published; null if unknown.</param>
    public static DateTimeOffset Reschedule(
        SendSchedule before, DateTimeOffset dueAt, SendSchedule after, PublicationTime? publication,
        DateTimeOffset now)
    {
        var next = Next(after, pausedUntil: null, now);
        if (dueAt <= now)
        {
            // A new subscriber's first digest is due at once, whatever the schedule.
            return dueAt > Latest(before, now) ? now
                : !Includes(after, dueAt) ? next
                : Latest(after, now) is var latest && latest < dueAt ? latest : dueAt;
        }

        return Includes(after, dueAt) && publication?.FindDay(next) > publication?.FindDay(dueAt) ? dueAt : next;
    }

    private static bool Includes(SendSchedule schedule, DateTimeOffset instant) =>
        schedule.Includes(TimeZoneInfo.ConvertTime(instant, schedule.Zone).DayOfWeek);

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
