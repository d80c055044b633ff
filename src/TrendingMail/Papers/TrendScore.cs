namespace TrendingMail.Papers;

/// <summary>A paper's trend score with what it is made of. The parts add up to it.</summary>
/// <param name="Counts">As they stand.</param>
/// <param name="Gains">What came in the last <see cref="TrendScore.GrowthWindow"/>.</param>
/// <param name="Days">From the day on which the paper was listed to the day of the edition.</param>
/// <param name="Votes">What the votes contribute; likewise the others.</param>
/// <param name="Age">Zero or less.</param>
public sealed record Trend(
    Counts Counts, Counts Gains, int Days, double Votes, double Comments, double Stars, double Growth, double Age)
{
    public double Score { get; } = TrendScore.Rounded(Votes + Comments + Stars + Growth + Age);
}

/// <summary>A paper with its trend in a day's ranking.</summary>
public sealed record RankedPaper(Paper Paper, Trend Trend)
{
    public double Score => Trend.Score;
}

/// <summary>
/// How much a paper trends: <c>L(counts) + L(gains of the last day) / 2 - ln 2 for each day since the listing</c>, where
/// <c>L = ln(1 + votes) + ln(1 + comments) / 2 + ln(1 + stars) / 4</c>. docs/papers.md tells why.
/// </summary>
public static class TrendScore
{
    /// <summary>What came in this time counts once more, as growth.</summary>
    public static TimeSpan GrowthWindow { get; } = TimeSpan.FromDays(1);

    private const double CommentWeight = 1.0 / 2;

    private const double StarWeight = 1.0 / 4;

    private const double GrowthWeight = 1.0 / 2;

    /// <summary>A day halves what a vote is worth.</summary>
    private static readonly double DayWeight = Math.Log(2);

    /// <param name="before">The counts before the last day, or at the first look since; null where there was none.</param>
    /// <param name="days">From the day of the listing to that of the edition; less than none is none.</param>
    public static Trend Of(Counts counts, Counts? before = null, int days = 0)
    {
        var gains = before is { } then ? counts.Since(then) : new Counts(0, 0, 0);
        var growth = (Votes(gains) + Comments(gains) + Stars(gains)) * GrowthWeight;
        var age = Math.Max(days, 0);
        return new Trend(counts, gains, age, Rounded(Votes(counts)), Rounded(Comments(counts)), Rounded(Stars(counts)),
            Rounded(growth), 0 - Rounded(age * DayWeight));
    }

    /// <summary>
    /// Best first. Ties go to the paper with more votes, then by identity: the order is always the same, whatever the
    /// order of reading.
    /// </summary>
    /// <param name="day">The day of the edition.</param>
    /// <param name="before">The counts before the last day by the paper's number; see <see cref="Of"/>.</param>
    public static IReadOnlyList<RankedPaper> Rank(
        IEnumerable<Paper> papers, DateOnly day, IReadOnlyDictionary<long, Counts> before) =>
        [.. papers
            .Select(paper => new RankedPaper(paper, Of(Counts.Of(paper),
                before.TryGetValue(paper.Id, out var then) ? then : null, day.DayNumber - paper.ListedOn.DayNumber)))
            .OrderByDescending(ranked => ranked.Score)
            .ThenByDescending(ranked => ranked.Paper.Upvotes)
            .ThenBy(ranked => ranked.Paper.Identity, StringComparer.Ordinal)];

    /// <summary>Six digits: what differs only in the last bits, as machines' logarithms do, is a tie on all of them.</summary>
    internal static double Rounded(double points) => Math.Round(points, 6);

    private static double Votes(Counts counts) => Math.Log(1 + counts.Upvotes);

    private static double Comments(Counts counts) => Math.Log(1 + counts.Comments) * CommentWeight;

    private static double Stars(Counts counts) => Math.Log(1 + (counts.Stars ?? 0)) * StarWeight;
}
