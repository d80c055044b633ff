using TrendingMail.Subscribers;

namespace TrendingMail.Editions;

/// <summary>Which day's edition is due when.</summary>
public static class EditionCalendar
{
    /// <summary>The newest day whose hour of publication has come.</summary>
    public static DateOnly DueDay(DateTimeOffset now, TimeOnly publishAt, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var today = DateOnly.FromDateTime(local);
        return TimeOnly.FromDateTime(local) >= publishAt ? today : today.AddDays(-1);
    }

    /// <summary>The instant at which a day's edition is due.</summary>
    public static DateTimeOffset DueAt(DateOnly day, TimeOnly publishAt, TimeZoneInfo zone) =>
        DueTime.InstantOf(day, publishAt, zone);
}
