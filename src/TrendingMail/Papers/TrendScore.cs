namespace TrendingMail.Papers;

/// <summary>A paper's trend score and its components, which add up to <see cref="Score"/>.</summary>
/// <param name="Counts">The current counts.</param>
/// <param name="Gains">The increase within the last <see cref="TrendScore.GrowthWindow"/>.</param>
/// <param name="Days">Days from the listing to the edition.</param>
/// <param name="Votes">The contribution of the votes; the following parameters likewise.</param>
/// <param name="Age">The age penalty, zero or negative.</param>
public sealed record Trend(
    Counts Counts, Counts Gains, int Days, double Votes, double Comments, double Stars, double Growth, double Age)
{
    public double Score { get; } = TrendScore.Round(Votes + Comments + Stars + Growth + Age);
}

/// <summary>A paper and its trend score in the ranking of one day.</summary>
public sealed record RankedPaper(Paper Paper, Trend Trend)
{
    public double Score => Trend.Score;
}

/// <summary>
/// The trend score: <c>L(counts) + L(gains of the last day) / 2 - ln 2 per day since the listing</c>, where
/// <c>L = ln(1 + votes) + ln(1 + comments) / 2 + ln(1 + stars) / 4</c>. docs/papers.md gives the rationale.
/// </summary>
public static class TrendScore
{
    /// <summary>Gains within this window count a second time, as growth.</summary>
    public static TimeSpan GrowthWindow { get; } = TimeSpan.FromDays(1);

    private const double CommentWeight = 1.0 / 2;

    private const double StarWeight = 1.0 / 4;

    private const double GrowthWeight = 1.0 / 2;

    /// <summary>Each day halves the weight of a vote.</summary>
    private static readonly double DailyDecay = Math.Log(2);

    /// <param name="baseline">
    /// The counts at the start of the growth window, or at the first fetch within it; null if there was none.
    /// </param>
    /// <param name="days">Days from the listing to the edition; negative values count as zero.</param>
    public static Trend Calculate(Counts counts, Counts? baseline = null, int days = 0)
    {
        var gains = baseline is { } start ? counts.Since(start) : new Counts(0, 0, 0);
        var growth = (Votes(gains) + Comments(gains) + Stars(gains)) * GrowthWeight;
        var age = Math.Max(days, 0);
        return new Trend(counts, gains, age, Round(Votes(counts)), Round(Comments(counts)), Round(Stars(counts)),
            Round(growth), 0 - Round(age * DailyDecay));
    }

    /// <summary>
    /// Sorts papers best first. Ties are broken by upvotes, then by identity, so that the result does not depend on the
    /// input order.
    /// </summary>
    /// <param name="day">The day of the edition.</param>
    /// <param name="baselines">Baseline counts by paper ID; see <see cref="Calculate"/>.</param>
    public static IReadOnlyList<RankedPaper> Rank(
        IEnumerable<Paper> papers, DateOnly day, IReadOnlyDictionary<long, Counts> baselines) =>
        [.. papers
            .Select(paper => new RankedPaper(paper, Calculate(Counts.From(paper),
                baselines.TryGetValue(paper.Id, out var baseline) ? baseline : null,
                day.DayNumber - paper.ListedOn.DayNumber)))
            .OrderByDescending(ranked => ranked.Score)
            .ThenByDescending(ranked => ranked.Paper.Upvotes)
            .ThenBy(ranked => ranked.Paper.Identity, StringComparer.Ordinal)];

    /// <summary>
    /// Rounds to six digits, so that logarithms that differ between platforms only in the last bits still tie.
    /// </summary>
    internal static double Round(double points) => Math.Round(points, 6);

    private static double Votes(Counts counts) => Math.Log(1 + counts.Upvotes);

    private static double Comments(Counts counts) => Math.Log(1 + counts.Comments) * CommentWeight;

    private static double Stars(Counts counts) => Math.Log(1 + (counts.Stars ?? 0)) * StarWeight;
}
