using System.Globalization;

namespace TrendingMail.Subscribers;

/// <summary>A reader's schedule in words.</summary>
public static class ScheduleText
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-US");

    /// <summary>Such as "daily at 07:00 (Europe/Berlin)".</summary>
    public static string Of(Preferences preferences)
    {
        var days = preferences.Frequency switch
        {
            Frequency.Weekdays => "Monday to Friday",
            Frequency.Weekly => $"every {English.DateTimeFormat.GetDayName(preferences.Weekday)}",
            _ => "daily",
        };
        return string.Create(English, $"{days} at {preferences.SendAt:HH\\:mm} ({preferences.TimeZone})");
    }

    /// <summary>Such as "tomorrow, Tuesday 24 November, at 07:00 (Europe/Berlin)".</summary>
    public static string When(DateTimeOffset due, DateTimeOffset now, Preferences preferences)
    {
        var zone = preferences.Zone;
        var local = TimeZoneInfo.ConvertTime(due, zone);
        var days = local.Date.Subtract(TimeZoneInfo.ConvertTime(now, zone).Date).Days;
        var near = days switch
        {
            0 => "today, ",
            1 => "tomorrow, ",
            _ => "on ",
        };
        return string.Create(English, $"{near}{local:dddd d MMMM}, at {local:HH\\:mm} ({preferences.TimeZone})");
    }
}
