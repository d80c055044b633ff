using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Languages;
using TrendingMail.Subscribers;

namespace TrendingMail.Delivery;

/// <summary>What mails say about their reader, in the reader's language; pages and commands say it in English.</summary>
public static class ReaderModel
{
    /// <summary>What templates see as <c>reader</c>.</summary>
    public static ScriptObject Of(Subscriber reader, Language language) => Model.Of(
        ("address", reader.Address),
        ("schedule", Schedule(reader.Preferences, language)));

    /// <summary>Such as "daily at 07:00 (Europe/Berlin)".</summary>
    public static string Schedule(Preferences preferences, Language language)
    {
        var key = preferences.Frequency switch
        {
            Frequency.Weekdays => "schedule.weekdays",
            Frequency.Weekly => "schedule.weekly",
            _ => "schedule.daily",
        };
        return language.Text(key, ("weekday", language.Weekday(preferences.Weekday)),
            ("time", Time(preferences.SendAt)), ("zone", preferences.TimeZone));
    }

    /// <summary>Such as "tomorrow, Tuesday, 24 November, at 07:00 (Europe/Berlin)".</summary>
    public static string When(DateTimeOffset due, DateTimeOffset now, Preferences preferences, Language language)
    {
        var local = TimeZoneInfo.ConvertTime(due, preferences.Zone);
        var key = local.Date.Subtract(TimeZoneInfo.ConvertTime(now, preferences.Zone).Date).Days switch
        {
            0 => "schedule.today",
            1 => "schedule.tomorrow",
            _ => "schedule.later",
        };
        return language.Text(key, ("day", language.ShortDay(DateOnly.FromDateTime(local.Date))),
            ("time", Time(TimeOnly.FromTimeSpan(local.TimeOfDay))), ("zone", preferences.TimeZone));
    }

    private static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
