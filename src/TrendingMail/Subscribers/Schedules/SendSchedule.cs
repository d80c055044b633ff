namespace TrendingMail.Subscribers.Schedules;

/// <summary>
/// How often and when a subscriber receives a digest. Subscribers with equal schedules are due at the same instants.
/// </summary>
/// <param name="Weekday">The day of a weekly digest, in the subscriber's time zone.</param>
/// <param name="SendAt">The local time.</param>
/// <param name="TimeZone">IANA time zone name.</param>
public sealed record SendSchedule(Frequency Frequency, DayOfWeek Weekday, TimeOnly SendAt, string TimeZone)
{
    public bool IsWeekly => Frequency == Frequency.Weekly;

    /// <summary>The resolved <see cref="TimeZone"/>; UTC if this machine's database does not have it.</summary>
    public TimeZoneInfo Zone =>
        TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>Whether a digest is sent on this day of the week.</summary>
    public bool Includes(DayOfWeek day) => Frequency switch
    {
        Frequency.Weekdays => day is not (DayOfWeek.Saturday or DayOfWeek.Sunday),
        Frequency.Weekly => day == Weekday,
        _ => true,
    };
}
