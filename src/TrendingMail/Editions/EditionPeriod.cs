using System.Globalization;
using System.Text.RegularExpressions;

namespace TrendingMail.Editions;

/// <summary>A week (ISO 8601, Monday to Sunday) or a month of editions.</summary>
/// <param name="Name">The form used in URLs, such as <c>2026-W47</c> or <c>2026-11</c>.</param>
/// <param name="To">The last day, inclusive.</param>
public sealed partial record EditionPeriod(string Name, DateOnly From, DateOnly To)
{
    private const string DayFormat = "yyyy-MM-dd";

    public static EditionPeriod WeekContaining(DateOnly day)
    {
        var (year, week) = (ISOWeek.GetYear(day.ToDateTime(default)), ISOWeek.GetWeekOfYear(day.ToDateTime(default)));
        var monday = DateOnly.FromDateTime(ISOWeek.ToDateTime(year, week, DayOfWeek.Monday));
        return new EditionPeriod(
            string.Create(CultureInfo.InvariantCulture, $"{year:0000}-W{week:00}"), monday, monday.AddDays(6));
    }

    public static EditionPeriod MonthContaining(DateOnly day)
    {
        var first = new DateOnly(day.Year, day.Month, 1);
        return new EditionPeriod(
            first.ToString("yyyy-MM", CultureInfo.InvariantCulture), first, first.AddMonths(1).AddDays(-1));
    }

    /// <summary>The seven days of a weekly digest: an ISO week if it ends on a Sunday.</summary>
    public static EditionPeriod WeekEnding(DateOnly day) => day.DayOfWeek == DayOfWeek.Sunday
        ? WeekContaining(day)
        : new EditionPeriod(
            day.ToString(DayFormat, CultureInfo.InvariantCulture), day.AddDays(-6), day);

    /// <summary>
    /// Parses a week such as <c>2026-W47</c>, or <c>2026-11-20</c> for the seven days that end on this day; null if
    /// invalid.
    /// </summary>
    public static EditionPeriod? ParseWeek(string name)
    {
        if (DateOnly.TryParseExact(
            name, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day.Year is > 1 and < 9999 ? WeekEnding(day) : null;
        }

        var match = WeekPattern().Match(name);
        if (!match.Success)
        {
            return null;
        }

        var year = int.Parse(match.Groups["year"].Value, CultureInfo.InvariantCulture);
        var week = int.Parse(match.Groups["week"].Value, CultureInfo.InvariantCulture);
        return year is > 1 and < 9999 && week >= 1 && week <= ISOWeek.GetWeeksInYear(year)
            ? WeekContaining(DateOnly.FromDateTime(ISOWeek.ToDateTime(year, week, DayOfWeek.Monday)))
            : null;
    }

    /// <summary>Parses a month such as <c>2026-11</c>; null if invalid.</summary>
    public static EditionPeriod? ParseMonth(string name) =>
        DateOnly.TryParseExact(
            $"{name}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) &&
        first.Year < 9999
            ? MonthContaining(first)
            : null;

    /// <summary>Merges the papers of several editions into one ranking by their frozen scores.</summary>
    public static IReadOnlyList<EditionPaper> Merge(IEnumerable<Edition> editions) =>
        [.. editions.SelectMany(edition => edition.Papers)
            .OrderByDescending(paper => paper.Score)
            .ThenByDescending(paper => paper.Paper.Upvotes)
            .ThenBy(paper => paper.Paper.ArxivId, StringComparer.Ordinal)
            .ThenBy(paper => paper.Paper.Title, StringComparer.Ordinal)
            .Select((paper, index) => paper with { Rank = index + 1 })];

    [GeneratedRegex(@"^(?<year>[0-9]{4})-W(?<week>[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex WeekPattern();
}
