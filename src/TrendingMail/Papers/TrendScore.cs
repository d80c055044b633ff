namespace TrendingMail.Papers;

/// <summary>
/// How much a paper trends on its day: <c>ln(1 + upvotes) + ln(1 + comments) / 2 + ln(1 + stars) / 4</c>. Logarithms,
/// because the tenth vote says more than the hundred-and-tenth; votes weigh most, because they alone are cast on the
/// day, while a repository may bring its stars from years before.
/// </summary>
public static class TrendScore
{
    public static double Of(int upvotes, int comments, int? stars) =>
        Math.Log(1 + upvotes) + (Math.Log(1 + comments) / 2) + (Math.Log(1 + (stars ?? 0)) / 4);

    /// <summary>Best first. Ties go to the paper with more votes, then by identity, so that the order is always the same.</summary>
    public static IReadOnlyList<(Paper Paper, double Score)> Rank(IEnumerable<Paper> papers) =>
        [.. papers
            .Select(paper => (Paper: paper, Score: Of(paper.Upvotes, paper.Comments, paper.Stars)))
            .OrderByDescending(ranked => ranked.Score)
            .ThenByDescending(ranked => ranked.Paper.Upvotes)
            .ThenBy(ranked => ranked.Paper.Identity, StringComparer.Ordinal)];
}
