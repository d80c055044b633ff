namespace TrendingMail.Papers.Arxiv;

/// <summary>
/// When arXiv announces what was submitted: submissions close at 14:00 Eastern time from Monday to Friday and are
/// announced that evening, Friday's on Sunday; the announcement carries the date of the day that follows. See
/// https://info.arxiv.org/help/availability.html. Holidays are not known here: then a paper is dated a day too early.
/// </summary>
public static class ArxivCalendar
{
    private static readonly TimeOnly Closing = new(14, 0);

    private static readonly TimeZoneInfo Eastern = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    /// <summary>The date of the announcement of what was submitted at an instant.</summary>
    public static DateOnly AnnouncedOn(DateTimeOffset submitted)
    {
        var local = TimeZoneInfo.ConvertTime(submitted, Eastern).DateTime;
        var closing = DateOnly.FromDateTime(local);
        if (TimeOnly.FromDateTime(local) >= Closing)
        {
            closing = closing.AddDays(1);
        }

        while (IsWeekend(closing))
        {
            closing = closing.AddDays(1);
        }

        // Friday's closing is announced on Sunday evening, dated Monday.
        return closing.AddDays(closing.DayOfWeek == DayOfWeek.Friday ? 3 : 1);
    }

    /// <summary>When that was submitted which is announced on a day; null where nothing is (weekends).</summary>
    /// <returns>From the first instant up to but without the second.</returns>
    public static (DateTimeOffset From, DateTimeOffset To)? Submitted(DateOnly announced)
    {
        if (IsWeekend(announced))
        {
            return null;
        }

        // Monday: Thursday's closing to Friday's. Tuesday: Friday's to Monday's. Else: of the two days before.
        var (from, to) = announced.DayOfWeek switch
        {
            DayOfWeek.Monday => (-4, -3),
            DayOfWeek.Tuesday => (-4, -1),
            _ => (-2, -1),
        };
        return (ClosingOf(announced.AddDays(from)), ClosingOf(announced.AddDays(to)));
    }

    private static DateTimeOffset ClosingOf(DateOnly day)
    {
        var local = day.ToDateTime(Closing);
        return new DateTimeOffset(local, Eastern.GetUtcOffset(local)).ToUniversalTime();
    }

    private static bool IsWeekend(DateOnly day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
}
