using System.Globalization;
using TrendingMail.Papers;

namespace TrendingMail.Editions;

/// <summary>Something about a day's edition that the operator should know.</summary>
/// <param name="Key">What makes it the same: told once.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">What happened and what can be done.</param>
public sealed record EditionWarning(string Key, string Subject, string Text);

/// <summary>What is to be done about a day that is due.</summary>
/// <param name="Publish">Whether its edition is published now; else the next look at the sources decides again.</param>
public sealed record EditionDecision(bool Publish, EditionWarning? Warning)
{
    public static EditionDecision Now { get; } = new(true, null);

    public static EditionDecision Later { get; } = new(false, null);
}

/// <summary>
/// Tells a quiet day from a broken source. An edition that would lack a source's papers waits a while for it; one that is
/// published all the same, or stays away, is never kept from the operator.
/// </summary>
public static class EditionWatch
{
    /// <summary>How long an edition waits for a source that failed: readers' mornings are hours away.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromHours(2);

    /// <summary>Fewer editions than this say nothing about what is usual.</summary>
    private const int EnoughHistory = 5;

    /// <summary>An edition with less than this share of the usual papers is thin.</summary>
    private const double ThinShare = 1.0 / 3;

    /// <param name="dueFor">How long ago the hour of publication was.</param>
    /// <param name="waiting">Papers that would stand in the edition.</param>
    /// <param name="reports">What the sources said when they were asked just now.</param>
    /// <param name="usual">Numbers of papers in recent editions.</param>
    public static EditionDecision Decide(
        DateOnly day, TimeSpan dueFor, int waiting, IReadOnlyList<FetchReport> reports, IReadOnlyList<int> usual)
    {
        var name = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var unsound = reports.Where(report => (report.Fault ?? report.Stale) is not null).ToArray();
        var isQuiet = waiting == 0 && !IsWorkday(day) && unsound.All(report => report.Fault is null);
        if (isQuiet || (unsound.Length > 0 && dueFor < Patience))
        {
            return EditionDecision.Later;
        }

        if (unsound.Length > 0)
        {
            var faults = string.Join("; ", unsound.Select(report => $"{report.Source}: {report.Fault ?? report.Stale}"));
            return waiting == 0
                ? new EditionDecision(false, new EditionWarning($"missing-{name}", $"No edition of {name}",
                    $"The edition of {name} is overdue: no papers are here, and not every source answered as it should ({faults}). " +
                    $"It is published once one does; or run 'papers import FILE' and 'edition publish --date {name}'."))
                : new EditionDecision(true, new EditionWarning($"partial-{name}", $"The edition of {name} may be incomplete",
                    $"It was published with {waiting} papers although not every source answered as it should ({faults}). What comes " +
                    "later stands in the next edition."));
        }

        if (waiting == 0)
        {
            return usual.Count >= EnoughHistory
                ? new EditionDecision(false, new EditionWarning($"quiet-{name}", $"No paper was listed on {name}",
                    $"Every source answered, and none listed a paper on {name}, a {day.DayOfWeek}. On a holiday this is as " +
                    "it should be; else look at the sources."))
                : EditionDecision.Later;
        }

        var median = Median(usual);
        return usual.Count >= EnoughHistory && waiting < median * ThinShare
            ? new EditionDecision(true, new EditionWarning($"thin-{name}", $"The edition of {name} is thin",
                $"It has {waiting} papers where {median:0} are usual, although every source answered. Look at " +
                $"'papers list --date {name}' and at the sources."))
            : EditionDecision.Now;
    }

    private static bool IsWorkday(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    private static double Median(IReadOnlyList<int> numbers) =>
        numbers.Count == 0 ? 0 : numbers.Order().ElementAt(numbers.Count / 2);
}
