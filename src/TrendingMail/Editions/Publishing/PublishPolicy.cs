using System.Globalization;
using TrendingMail.Papers.Sources;

namespace TrendingMail.Editions.Publishing;

/// <summary>A warning to the operator about a day's edition.</summary>
/// <param name="Key">Deduplication key; each key is reported once.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">What happened, and what to do about it.</param>
public sealed record EditionWarning(string Key, string Subject, string Text);

/// <summary>What to do about a day whose edition is due.</summary>
/// <param name="Publish">Whether to publish now; if not, the next fetch decides again.</param>
public sealed record EditionDecision(bool Publish, EditionWarning? Warning)
{
    public static EditionDecision PublishNow { get; } = new(true, null);

    public static EditionDecision Wait { get; } = new(false, null);
}

/// <summary>
/// Decides whether to publish an edition that is due, distinguishing days without papers from failed sources. If a
/// source failed, publication waits for a grace period. The operator is warned of every edition that is published
/// incomplete or not at all.
/// </summary>
public static class PublishPolicy
{
    /// <summary>How long publication waits for a failed source. Digests are sent hours later anyway.</summary>
    public static TimeSpan GracePeriod { get; } = TimeSpan.FromHours(2);

    /// <summary>Minimum number of past editions for a meaningful comparison.</summary>
    private const int MinimumHistory = 5;

    /// <summary>An edition with less than this fraction of the usual number of papers is thin.</summary>
    private const double ThinRatio = 1.0 / 3;

    /// <param name="overdueBy">Time since the edition was due.</param>
    /// <param name="eligible">Number of papers eligible for the edition.</param>
    /// <param name="reports">The newest fetches of the day.</param>
    /// <param name="recentCounts">The number of papers in each recent edition.</param>
    public static EditionDecision Decide(
        DateOnly day, TimeSpan overdueBy, int eligible, IReadOnlyList<FetchReport> reports,
        IReadOnlyList<int> recentCounts)
    {
        var name = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var failed = reports.Where(report => (report.Fault ?? report.Stale) is not null).ToArray();
        var isQuiet = eligible == 0 && !IsWorkday(day) && failed.All(report => report.Fault is null);
        if (isQuiet || (failed.Length > 0 && overdueBy < GracePeriod))
        {
            return EditionDecision.Wait;
        }

        if (failed.Length > 0)
        {
            var faults = string.Join("; ", failed.Select(report => $"{report.Source}: {report.Fault ?? report.Stale}"));
            return eligible == 0
                ? new EditionDecision(false, new EditionWarning($"missing-{name}", $"No edition of {name}",
                    $"The edition of {name} is overdue: there are no papers, and not all sources responded correctly " +
                    $"({faults}). It will be published when papers arrive. To publish it by hand, run " +
                    $"'papers import FILE' and 'edition publish --date {name}'."))
                : new EditionDecision(true, new EditionWarning($"partial-{name}",
                    $"The edition of {name} may be incomplete",
                    $"It was published with {eligible} papers although not all sources responded correctly " +
                    $"({faults}). Papers that arrive later go into the next edition."));
        }

        if (eligible == 0)
        {
            return recentCounts.Count >= MinimumHistory
                ? new EditionDecision(false, new EditionWarning($"quiet-{name}", $"No papers listed on {name}",
                    $"All sources responded, but none listed a paper on {name}, a {day.DayOfWeek}. This is normal on " +
                    "a holiday; otherwise check the sources."))
                : EditionDecision.Wait;
        }

        var median = Median(recentCounts);
        return recentCounts.Count >= MinimumHistory && eligible < median * ThinRatio
            ? new EditionDecision(true, new EditionWarning($"thin-{name}", $"The edition of {name} is thin",
                $"It has {eligible} papers; the usual number is {median:0}. All sources responded. Check the " +
                    $"sources, and run 'papers list --date {name}'."))
            : EditionDecision.PublishNow;
    }

    internal static bool IsWorkday(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    private static double Median(IReadOnlyList<int> numbers) =>
        numbers.Count == 0 ? 0 : numbers.Order().ElementAt(numbers.Count / 2);
}
