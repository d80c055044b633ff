using TrendingMail.Digests.Matching;
using TrendingMail.Editions;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>
/// Which papers a reader gets, and why: a function of the papers, the reader's interests and how many papers the reader
/// wants, and of nothing else, so that readers who are alike in these share its result.
/// </summary>
public static class DigestChoice
{
    /// <summary>
    /// What a match must be worth to bring in a paper that does not trend: something that is followed and told of in the
    /// abstract, or one "more like this" and the word in the title.
    /// </summary>
    private const double LeastMatch = 0.25;

    /// <summary>
    /// How far "less like this" puts a paper down: said as often as it counts, it weighs as much as all votes but one in ten.
    /// </summary>
    private const double Reluctance = 3;

    /// <summary>However few papers a reader wants, what they follow is not kept from them.</summary>
    private const int LeastFollowed = 10;

    /// <param name="papers">How many trending papers the reader wants. As many more may come that match what they follow.</param>
    public static Digest Of(DigestMaterial material, IReadOnlyList<Interest> interests, int papers)
    {
        var candidates = Candidates(material, interests);
        var trending = candidates
            .OrderByDescending(candidate => candidate.Trend)
            .ThenBy(candidate => candidate.Paper.Rank)
            .Take(papers)
            .ToArray();
        var followed = candidates
            .Where(candidate => candidate.Match >= LeastMatch)
            .Except(trending)
            .OrderByDescending(candidate => candidate.Match)
            .ThenBy(candidate => candidate.Paper.Rank)
            .Take(Math.Max(papers, LeastFollowed))
            .Concat(trending.Where(candidate => candidate.Match >= LeastMatch))
            .OrderByDescending(candidate => candidate.Match)
            .ThenBy(candidate => candidate.Paper.Rank)
            .ToArray();
        return new Digest(
            material.Weekly, material.Day, material.Number, material.PublishedAt, material.Papers.Count,
            [.. followed.Select(candidate => candidate.Chosen)],
            [.. trending.Except(followed).Select(candidate => candidate.Chosen)],
            material.DaysWithout);
    }

    /// <summary>All papers but the muted ones, in the order of their rank.</summary>
    private static List<Candidate> Candidates(DigestMaterial material, IReadOnlyList<Interest> interests)
    {
        var matches = interests.Count == 0
            ? []
            : material.Index.Match(interests).ToDictionary(match => match.Paper);
        var candidates = new List<Candidate>(material.Papers.Count);
        for (var i = 0; i < material.Papers.Count; i++)
        {
            if (!matches.TryGetValue(i, out var match))
            {
                candidates.Add(new Candidate(material.Papers[i], 0, null));
            }
            else if (!match.IsMuted)
            {
                candidates.Add(new Candidate(material.Papers[i], match.Score, match.Reason));
            }
        }

        return candidates;
    }

    private sealed record Candidate(EditionPaper Paper, double Match, MatchReason? Reason)
    {
        /// <summary>The trend score, less what the reader has said against papers like this.</summary>
        public double Trend => Paper.Score + (Reluctance * Math.Min(0, Match));

        public ChosenPaper Chosen =>
            new(Paper.PaperId, Paper.Paper, Match >= LeastMatch ? Reason : null);
    }
}
