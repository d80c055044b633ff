using TrendingMail.Editions.Publishing;
using TrendingMail.Papers.Sources;

namespace TrendingMail.Editions.Forecasting;

/// <summary>Whether an edition that is due but not published may still come.</summary>
public enum EditionExpectation
{
    /// <summary>The sources have answered: the day has no papers.</summary>
    None,

    /// <summary>
    /// The sources list no papers on a workday so far: they are late, or it is a holiday.
    /// </summary>
    Possible,

    /// <summary>Papers are there, or a source has failed and may have some.</summary>
    Expected,

    /// <summary>Not every source has been asked since the edition was due, as after an outage.</summary>
    Unknown,
}

/// <summary>Decides what to expect of an edition that is due and missing.</summary>
public static class EditionExpectations
{
    /// <param name="dueAt">When the edition was due.</param>
    /// <param name="isNewest">Whether no later edition is due yet.</param>
    /// <param name="eligible">The number of papers eligible for the edition.</param>
    /// <param name="sources">The names of the sources that contribute to editions.</param>
    /// <param name="reports">The newest fetches of the day.</param>
    public static EditionExpectation Decide(
        DateOnly day, DateTimeOffset dueAt, bool isNewest, int eligible, IReadOnlyCollection<string> sources,
        IReadOnlyList<FetchReport> reports)
    {
        if (eligible > 0)
        {
            return EditionExpectation.Expected;
        }

        var answers = reports.Where(report => sources.Contains(report.Source) && report.FetchedAt >= dueAt).ToArray();
        if (answers.Select(report => report.Source).Distinct().Count() < sources.Count)
        {
            return EditionExpectation.Unknown;
        }

        var isWorkday = PublishPolicy.IsWorkday(day);
        return answers.Any(report => report.Fault is not null || (report.Stale is not null && isWorkday))
            ? EditionExpectation.Expected
            : isWorkday && isNewest && sources.Count > 0 ? EditionExpectation.Possible : EditionExpectation.None;
    }
}
