using System.Globalization;

namespace TrendingMail.Papers.Search;

/// <summary>Stretches of days, the newest first and each longer than the one before, until a search has found enough.</summary>
internal static class DayWindows
{
    /// <summary>The letter that nobody types; see PostgreSQL's migrations 0002 and 0012.</summary>
    private const char Joint = '\uA66E';

    /// <summary>How far back the stretches go. They begin with a month or a year where that is no great difference.</summary>
    private static readonly int[] Reach = [8, 32, 128, 512, 2048];

    /// <param name="first">The first day; null for the beginning.</param>
    public static IEnumerable<(DateOnly? First, DateOnly Last)> Of(DateOnly? first, DateOnly last)
    {
        foreach (var days in Reach)
        {
            if (last.DayNumber < 2 * days)
            {
                break;
            }

            var from = last.AddDays(1 - days);
            from = days < 32 ? from : days < 512 ? new DateOnly(from.Year, from.Month, 1) : new DateOnly(from.Year, 1, 1);
            if (from <= first)
            {
                break;
            }

            yield return (from, last);
            last = from.AddDays(-1);
        }

        yield return (first, last);
    }

    /// <summary>The words for these days, any of which a paper of theirs has, as a query of PostgreSQL.</summary>
    public static string Match(DateOnly first, DateOnly last)
    {
        var words = new List<string>();
        for (var day = first; day <= last;)
        {
            var (format, next) = day is { Month: 1, Day: 1 } && day.AddYears(1).AddDays(-1) <= last ? ("yyyy", day.AddYears(1))
                : day.Day == 1 && day.AddMonths(1).AddDays(-1) <= last ? ("yyyyMM", day.AddMonths(1))
                : ("yyyyMMdd", day.AddDays(1));
            words.Add($"'{Joint}{day.ToString(format, CultureInfo.InvariantCulture)}'");
            day = next;
        }

        return string.Join(" | ", words);
    }
}
