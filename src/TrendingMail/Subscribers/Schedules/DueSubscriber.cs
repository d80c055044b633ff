using System.Globalization;

namespace TrendingMail.Subscribers.Schedules;

/// <summary>
/// A subscriber whose digest is due. There may be a million at once, so this holds only what planning needs.
/// </summary>
public sealed record DueSubscriber
{
    public required long Id { get; init; }

    /// <summary>
    /// What determines the next due instant, as stored: frequency, weekday, local time and time zone. Subscribers with
    /// the same schedule are due at the same instants.
    /// </summary>
    public required string Schedule { get; init; }

    public required bool IsPaused { get; init; }

    public required bool IsSuppressed { get; init; }

    public static bool IsWeekly(string schedule) => schedule.StartsWith("weekly ", StringComparison.Ordinal);

    /// <summary>When subscribers with this schedule are next due after <paramref name="now"/>.</summary>
    public static DateTimeOffset NextDue(string schedule, DateTimeOffset now)
    {
        var parts = schedule.Split(' ', 4);
        return DueTime.Next(
            new Preferences
            {
                Frequency = Enum.Parse<Frequency>(parts[0], ignoreCase: true),
                Weekday = Enum.Parse<DayOfWeek>(parts[1], ignoreCase: true),
                SendAt = TimeOnly.ParseExact(parts[2], "HH:mm", CultureInfo.InvariantCulture),
                TimeZone = parts[3],
            },
            pausedUntil: null,
            now);
    }
}
