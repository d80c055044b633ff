using TrendingMail.Storage;

namespace TrendingMail.Papers;

/// <summary>What the looks at a paper's counts tell about earlier times.</summary>
public static class CountHistory
{
    /// <summary>
    /// The counts of papers as they stood before the growth that counts at <paramref name="now"/>: the highest seen up to
    /// the beginning of <see cref="TrendScore.GrowthWindow"/>, or at the first look where that came later. A paper that
    /// was never looked at has none. Highest, as everywhere, so that the order of looks does not matter.
    /// </summary>
    public static async Task<IReadOnlyDictionary<long, Counts>> BeforeAsync(
        Session session, IReadOnlyCollection<Paper> papers, DateTimeOffset now)
    {
        var rows = new List<CountsRow>();
        foreach (var ids in papers.Select(paper => paper.Id).Chunk(500))
        {
            rows.AddRange(await session.QueryAsync<CountsRow>("""
                SELECT polls.paper_id, MAX(polls.upvotes) AS upvotes, MAX(polls.comments) AS comments,
                    MAX(polls.stars) AS stars
                FROM paper_polls polls
                WHERE polls.paper_id IN @ids
                  AND (polls.polled_at <= @since
                       OR polls.polled_at = (
                           SELECT MIN(first.polled_at) FROM paper_polls first WHERE first.paper_id = polls.paper_id))
                GROUP BY polls.paper_id
                """, new { ids, since = now - TrendScore.GrowthWindow }));
        }

        return rows.ToDictionary(row => row.PaperId, row => new Counts(row.Upvotes, row.Comments, row.Stars));
    }

    /// <summary>The highest counts that were seen of papers up to an instant; a paper of which none was is absent.</summary>
    public static async Task<IReadOnlyDictionary<long, Counts>> UpToAsync(
        Session session, IReadOnlyCollection<long> papers, DateTimeOffset until)
    {
        var rows = new List<CountsRow>();
        foreach (var ids in papers.Chunk(500))
        {
            rows.AddRange(await session.QueryAsync<CountsRow>("""
                SELECT paper_id, MAX(upvotes) AS upvotes, MAX(comments) AS comments, MAX(stars) AS stars
                FROM paper_polls
                WHERE paper_id IN @ids AND polled_at <= @until
                GROUP BY paper_id
                """, new { ids, until }));
        }

        return rows.ToDictionary(row => row.PaperId, row => new Counts(row.Upvotes, row.Comments, row.Stars));
    }

    private sealed record CountsRow
    {
        public required long PaperId { get; init; }

        public required int Upvotes { get; init; }

        public required int Comments { get; init; }

        public int? Stars { get; init; }
    }
}
