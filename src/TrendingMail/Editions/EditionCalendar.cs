using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Editions;

/// <summary>Computes when a day's edition is due.</summary>
public static class EditionCalendar
{
    /// <summary>The newest day whose publication time has passed.</summary>
    public static DateOnly DueDay(DateTimeOffset now, TimeOnly publishAt, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var today = DateOnly.FromDateTime(local);
        return TimeOnly.FromDateTime(local) >= publishAt ? today : today.AddDays(-1);
    }

    /// <summary>The publication time of a day's edition.</summary>
    public static DateTimeOffset DueAt(DateOnly day, TimeOnly publishAt, TimeZoneInfo zone) =>
        DueTime.ToInstant(day, publishAt, zone);
}
