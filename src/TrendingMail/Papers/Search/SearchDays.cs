using System.Globalization;

namespace TrendingMail.Papers.Search;

/// <summary>The days that <c>after:</c>, <c>before:</c> and <c>date:</c> speak of; first and last included.</summary>
internal readonly record struct SearchDays(DateOnly? From, DateOnly? To)
{
    private static readonly string[] Months = ["yyyy-MM", "yyyy-M"];

    private static readonly string[] WholeDays = ["yyyy-MM-dd", "yyyy-M-d"];

    /// <summary>The days, or null where the name or the value means none. A year or a month is all of its days.</summary>
    public static SearchDays? Parse(string name, string value)
    {
        switch (name)
        {
            case "after":
            case "since":
                return Span(value) is { } after ? new SearchDays(after.First, null) : null;
            case "before":
            case "until":
                // "before" leaves its day out, as in every mail program.
                return Span(value) is not { } before ? null
                    : name == "until" ? new SearchDays(null, before.Last)
                    : new SearchDays(null, before.First == DateOnly.MinValue ? before.First : before.First.AddDays(-1));
            case "date":
                return Range(value);
            default:
                return null;
        }
    }

    private static SearchDays? Range(string value)
    {
        var dots = value.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
        {
            return Span(value) is { } day ? new SearchDays(day.First, day.Last) : null;
        }

        var (left, right) = (value[..dots], value[(dots + 2)..]);
        var (first, last) = (Span(left), Span(right));
        var understood = (first is not null || left.Length == 0) && (last is not null || right.Length == 0)
            && (first is not null || last is not null);
        return understood ? new SearchDays(first?.First, last?.Last) : null;
    }

    private static (DateOnly First, DateOnly Last)? Span(string text)
    {
        if (Exactly(text, WholeDays) is { } day)
        {
            return (day, day);
        }

        if (Exactly(text, Months) is { } month)
        {
            return (month, new DateOnly(month.Year, month.Month, DateTime.DaysInMonth(month.Year, month.Month)));
        }

        return Exactly(text, ["yyyy"]) is { } year ? (year, new DateOnly(year.Year, 12, 31)) : null;
    }

    private static DateOnly? Exactly(string text, string[] formats) =>
        DateOnly.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
