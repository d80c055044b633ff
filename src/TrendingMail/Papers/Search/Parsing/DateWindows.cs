using System.Globalization;

namespace TrendingMail.Papers.Search.Parsing;

/// <summary>
/// Splits a date range into windows, newest first and growing, so that a search can stop when it has enough.
/// </summary>
internal static class DateWindows
{
    /// <summary>A letter that nobody types marks date tokens; see PostgreSQL migration 0012.</summary>
    private const char DateMarker = '\uA66E';

    /// <summary>The windows' lengths in days. Longer ones are extended to the start of a month or year.</summary>
    private static readonly int[] WindowDays = [8, 32, 128, 512, 2048];

    /// <param name="first">The first day; null for an open range.</param>
    public static IEnumerable<(DateOnly? First, DateOnly Last)> Split(DateOnly? first, DateOnly last)
    {
        foreach (var days in WindowDays)
        {
            if (last.DayNumber < 2 * days)
            {
                break;
            }

            var from = last.AddDays(1 - days);
            from = days < 32 ? from : days < 512
                ? new DateOnly(from.Year, from.Month, 1) : new DateOnly(from.Year, 1, 1);
            if (from <= first)
            {
                break;
            }

            yield return (from, last);
            last = from.AddDays(-1);
        }

        yield return (first, last);
    }

    /// <summary>A tsquery that matches the papers listed on these days.</summary>
    public static string ToTsQuery(DateOnly first, DateOnly last)
    {
        var tokens = new List<string>();
        for (var day = first; day <= last;)
        {
            var (format, next) = day is { Month: 1, Day: 1 } &&
                day.AddYears(1).AddDays(-1) <= last ? ("yyyy", day.AddYears(1))
                : day.Day == 1 && day.AddMonths(1).AddDays(-1) <= last ? ("yyyyMM", day.AddMonths(1))
                : ("yyyyMMdd", day.AddDays(1));
            tokens.Add($"'{DateMarker}{day.ToString(format, CultureInfo.InvariantCulture)}'");
            day = next;
        }

        return string.Join(" | ", tokens);
    }
}
