using System.Globalization;

namespace TrendingMail.Papers.Search.Parsing;

/// <summary>The range that <c>after:</c>, <c>before:</c> or <c>date:</c> denotes, both ends included.</summary>
internal readonly record struct SearchDateRange(DateOnly? From, DateOnly? To)
{
    private static readonly string[] MonthFormats = ["yyyy-MM", "yyyy-M"];

    private static readonly string[] DayFormats = ["yyyy-MM-dd", "yyyy-M-d"];

    /// <summary>
    /// Parses a range; null if the name or the value is not one. A year or month means all of its days.
    /// </summary>
    public static SearchDateRange? Parse(string name, string value)
    {
        switch (name)
        {
            case "after":
            case "since":
                return ParsePeriod(value) is { } after ? new SearchDateRange(after.First, null) : null;
            case "before":
            case "until":
                // "before" excludes its day, as in mail clients.
                return ParsePeriod(value) is not { } before ? null
                    : name == "until" ? new SearchDateRange(null, before.Last)
                    : new SearchDateRange(
                        null, before.First == DateOnly.MinValue ? before.First : before.First.AddDays(-1));
            case "date":
                return ParseRange(value);
            default:
                return null;
        }
    }

    private static SearchDateRange? ParseRange(string value)
    {
        var dots = value.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
        {
            return ParsePeriod(value) is { } day ? new SearchDateRange(day.First, day.Last) : null;
        }

        var (left, right) = (value[..dots], value[(dots + 2)..]);
        var (first, last) = (ParsePeriod(left), ParsePeriod(right));
        var isValid = (first is not null || left.Length == 0) && (last is not null || right.Length == 0)
            && (first is not null || last is not null);
        return isValid ? new SearchDateRange(first?.First, last?.Last) : null;
    }

    private static (DateOnly First, DateOnly Last)? ParsePeriod(string text)
    {
        if (ParseDate(text, DayFormats) is { } day)
        {
            return (day, day);
        }

        if (ParseDate(text, MonthFormats) is { } month)
        {
            return (month, new DateOnly(month.Year, month.Month, DateTime.DaysInMonth(month.Year, month.Month)));
        }

        return ParseDate(text, ["yyyy"]) is { } year ? (year, new DateOnly(year.Year, 12, 31)) : null;
    }

    private static DateOnly? ParseDate(string text, string[] formats) =>
        DateOnly.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day : null;
}
