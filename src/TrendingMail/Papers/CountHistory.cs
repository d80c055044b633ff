using TrendingMail.Storage;

namespace TrendingMail.Papers;

/// <summary>Queries the history of papers' counts.</summary>
public static class CountHistory
{
    /// <summary>
    /// The baseline for growth as of <paramref name="now"/>: the maximum counts up to the start of
    /// <see cref="TrendScore.GrowthWindow"/>, or those of the first fetch if that was later. Papers without history are
    /// absent. The maximum makes the result independent of the order of fetches.
    /// </summary>
    public static async Task<IReadOnlyDictionary<long, Counts>> BaselinesAsync(
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

    /// <summary>The maximum counts of papers up to an instant. Papers without history are absent.</summary>
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
