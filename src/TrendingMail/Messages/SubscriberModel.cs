using System.Collections.Concurrent;
using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Subscribers;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Messages;

/// <summary>The template model of a subscriber, localized. Pages and commands use English.</summary>
public static class SubscriberModel
{
    /// <summary>Formatted schedules to cache; subscribers share few distinct ones.</summary>
    private const int MaximumCachedSchedules = 10_000;

    private static readonly ConcurrentDictionary<(Frequency, DayOfWeek, TimeOnly, string Zone,
        Language), string> Schedules =
        new();

    /// <summary>The object that templates know as <c>subscriber</c>.</summary>
    public static ScriptObject Create(Subscriber subscriber, Language language) => TemplateModel.Create(
        ("address", subscriber.Address),
        ("schedule", FormatSchedule(subscriber.Preferences, language)));

    /// <summary>For example "daily at 07:00 (Europe/Berlin)".</summary>
    public static string FormatSchedule(Preferences preferences, Language language)
    {
        var key = (preferences.Frequency, preferences.Weekday, preferences.SendAt, preferences.TimeZone, language);
        if (Schedules.TryGetValue(key, out var cached))
        {
            return cached;
        }

        if (Schedules.Count >= MaximumCachedSchedules)
        {
            Schedules.Clear();
        }

        var name = preferences.Frequency switch
        {
            Frequency.Weekdays => "schedule.weekdays",
            Frequency.Weekly => "schedule.weekly",
            _ => "schedule.daily",
        };
        return Schedules[key] = language.Text(name, ("weekday", language.WeekdayName(preferences.Weekday)),
            ("time", FormatTime(preferences.SendAt)), ("zone", preferences.TimeZone));
    }

    /// <summary>For example "tomorrow, Tuesday, 24 November, at 07:00 (Europe/Berlin)".</summary>
    public static string FormatSendTime(
        DateTimeOffset due, DateTimeOffset now, Preferences preferences, Language language)
    {
        var zone = preferences.Schedule.Zone;
        var local = TimeZoneInfo.ConvertTime(due, zone);
        var key = local.Date.Subtract(TimeZoneInfo.ConvertTime(now, zone).Date).Days switch
        {
            0 => "schedule.today",
            1 => "schedule.tomorrow",
            _ => "schedule.later",
        };
        return language.Text(key, ("day", language.FormatShortDate(DateOnly.FromDateTime(local.Date))),
            ("time", FormatTime(TimeOnly.FromTimeSpan(local.TimeOfDay))), ("zone", preferences.TimeZone));
    }

    private static string FormatTime(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
