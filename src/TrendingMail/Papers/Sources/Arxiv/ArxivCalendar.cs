namespace TrendingMail.Papers.Sources.Arxiv;

/// <summary>
/// arXiv's announcement schedule: the submission deadline is 14:00 Eastern time, Monday to Friday. Submissions are
/// announced the same evening (Friday's on Sunday), dated the following day. See
/// https://info.arxiv.org/help/availability.html. Holidays are ignored; around them, papers are dated a day too early.
/// </summary>
public static class ArxivCalendar
{
    /// <summary>The year of the first announcement.</summary>
    public const int FirstYear = 1991;

    /// <summary>The last year of identifiers, which have two digits for the year.</summary>
    public const int LastYear = 2090;

    private static readonly TimeOnly Deadline = new(14, 0);

    private static readonly TimeZoneInfo Eastern = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    /// <summary>The announcement date of a paper submitted at an instant.</summary>
    public static DateOnly AnnouncementDay(DateTimeOffset submitted)
    {
        var local = TimeZoneInfo.ConvertTime(submitted, Eastern).DateTime;
        var deadlineDay = DateOnly.FromDateTime(local);
        if (TimeOnly.FromDateTime(local) >= Deadline)
        {
            deadlineDay = deadlineDay.AddDays(1);
        }

        while (IsWeekend(deadlineDay))
        {
            deadlineDay = deadlineDay.AddDays(1);
        }

        // Papers of Friday's deadline are announced on Sunday evening, dated Monday.
        return deadlineDay.AddDays(deadlineDay.DayOfWeek == DayOfWeek.Friday ? 3 : 1);
    }

    /// <summary>
    /// The submission window of the papers announced on a day; null on weekends, without announcement.
    /// </summary>
    /// <returns>Start (inclusive) and end (exclusive).</returns>
    public static (DateTimeOffset From, DateTimeOffset To)? SubmissionWindow(DateOnly announced)
    {
        if (IsWeekend(announced))
        {
            return null;
        }

        // Monday: from Thursday's deadline to Friday's. Tuesday: Friday's to Monday's. Otherwise the last two days'.
        var (from, to) = announced.DayOfWeek switch
        {
            DayOfWeek.Monday => (-4, -3),
            DayOfWeek.Tuesday => (-4, -1),
            _ => (-2, -1),
        };
        return (DeadlineOn(announced.AddDays(from)), DeadlineOn(announced.AddDays(to)));
    }

    private static DateTimeOffset DeadlineOn(DateOnly day)
    {
        var local = day.ToDateTime(Deadline);
        return new DateTimeOffset(local, Eastern.GetUtcOffset(local)).ToUniversalTime();
    }

    private static bool IsWeekend(DateOnly day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
}
