using System.Globalization;

namespace TrendingMail.Subscribers;

/// <summary>A reader whose digest is due: one of maybe a million, so there is no more of it than planning needs.</summary>
public sealed record DueReader
{
    public required long Id { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    /// <summary>
    /// What the next due instant hangs on, as the columns have it: frequency, weekday, local time and time zone. Readers of
    /// one rhythm have the same.
    /// </summary>
    public required string Rhythm { get; init; }

    public required bool IsPaused { get; init; }

    public required bool IsSuppressed { get; init; }

    public bool IsWeekly => Rhythm.StartsWith("weekly ", StringComparison.Ordinal);

    /// <summary>When the digest after one of <paramref name="now"/> is due.</summary>
    public DateTimeOffset NextDue(DateTimeOffset now)
    {
        var parts = Rhythm.Split(' ', 4);
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
