using System.Globalization;

namespace TrendingMail.Subscribers;

/// <summary>A reader whose digest is due: one of maybe a million, so there is no more of it than planning needs.</summary>
public sealed record DueReader
{
    public required long Id { get; init; }

    /// <summary>
    /// What the next due instant hangs on, as the columns have it: frequency, weekday, local time and time zone. Readers of
    /// one rhythm have the same.
    /// </summary>
    public required string Rhythm { get; init; }

    public required bool IsPaused { get; init; }

    public required bool IsSuppressed { get; init; }

    public static bool IsWeekly(string rhythm) => rhythm.StartsWith("weekly ", StringComparison.Ordinal);

    /// <summary>When readers of a rhythm are due after <paramref name="now"/>.</summary>
    public static DateTimeOffset NextDue(string rhythm, DateTimeOffset now)
    {
        var parts = rhythm.Split(' ', 4);
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
