using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Digests.Selection;

/// <summary>
/// Decides which papers a subscriber gets, and why. A pure function of the papers, the interests and the number of
/// papers wanted, so that all subscribers who have these in common share the result.
/// </summary>
public static class DigestSelection
{
    /// <summary>
    /// The score that a match needs to add a paper that is not trending: a followed interest that the abstract
    /// mentions, or one "more like this" with the word in the title.
    /// </summary>
    private const double MinimumMatch = 0.25;

    /// <summary>
    /// How far "less like this" lowers a paper: at its maximum weight, as much as losing nine in ten votes.
    /// </summary>
    private const double NegativeWeight = 3;

    /// <param name="papers">The number of papers wanted, of both sections together.</param>
    public static Digest Select(DigestCandidates candidates, IReadOnlyList<Interest> interests, int papers)
    {
        var scored = ScoreCandidates(candidates, interests);

        // Half of the places are for what the subscriber follows, and the rest for what trends: neither section crowds
        // out the other. What one leaves free, the other gets.
        var matches = scored
            .Where(scoredPaper => scoredPaper.MatchScore >= MinimumMatch)
            .OrderByDescending(scoredPaper => scoredPaper.MatchScore)
            .ThenBy(scoredPaper => scoredPaper.Paper.Rank)
            .ToArray();
        var reserved = matches.Take((papers + 1) / 2).ToArray();
        var trending = scored
            .Except(reserved)
            .OrderByDescending(scoredPaper => scoredPaper.AdjustedTrend)
            .ThenBy(scoredPaper => scoredPaper.Paper.Rank)
            .Take(papers - reserved.Length);
        var selected = reserved.Concat(trending).ToHashSet();
        var followed = matches.Where(selected.Contains).ToArray();
        return new Digest(
            candidates.Mailing, candidates.Number, candidates.PublishedAt, candidates.Papers.Count,
            [.. followed.Select(scoredPaper => scoredPaper.Selected)],
            [.. selected.Except(followed)
                .OrderByDescending(scoredPaper => scoredPaper.AdjustedTrend)
                .ThenBy(scoredPaper => scoredPaper.Paper.Rank)
                .Select(scoredPaper => scoredPaper.Selected)],
            candidates.DaysWithoutEdition);
    }

    /// <summary>All papers except the muted ones, in order of rank.</summary>
    private static List<ScoredPaper> ScoreCandidates(DigestCandidates candidates, IReadOnlyList<Interest> interests)
    {
        var matches = interests.Count == 0
            ? []
            : candidates.Index.Match(interests).ToDictionary(match => match.Paper);
        var scored = new List<ScoredPaper>(candidates.Papers.Count);
        for (var i = 0; i < candidates.Papers.Count; i++)
        {
            if (!matches.TryGetValue(i, out var match))
            {
                scored.Add(new ScoredPaper(candidates.Papers[i], 0, null));
            }
            else if (!match.IsMuted)
            {
                scored.Add(new ScoredPaper(candidates.Papers[i], match.Score, match.Reason));
            }
        }

        return scored;
    }

    private sealed record ScoredPaper(EditionPaper Paper, double MatchScore, MatchReason? Reason)
    {
        /// <summary>The trend score, reduced by the subscriber's negative feedback on similar papers.</summary>
        public double AdjustedTrend => Paper.Score + (NegativeWeight * Math.Min(0, MatchScore));

        public SelectedPaper Selected =>
            new(Paper.PaperId, Paper.Paper, MatchScore >= MinimumMatch ? Reason : null);
    }
}
