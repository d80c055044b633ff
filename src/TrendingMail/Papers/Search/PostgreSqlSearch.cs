using TrendingMail.Storage;

namespace TrendingMail.Papers.Search;

/// <summary>Search with a tsvector; see PostgreSQL's migrations 0002 and 0012 for what the indexes hold.</summary>
internal sealed class PostgreSqlSearch : ISearchDialect
{
    /// <summary>Of so many days are the papers that have a frequent word counted.</summary>
    private const int CountedDays = 128;

    public async Task<IReadOnlyList<Candidate>> NewestAsync(Session session, SearchQuery query, bool inTitle, int limit)
    {
        var match = PostgreSqlQuery.Of(query, inTitle);
        if (match.IsEmpty)
        {
            return await NewestAsync(session, query, limit);
        }

        var found = new List<Candidate>();
        var newest = await NewestDayAsync(session);
        foreach (var (first, last) in DayWindows.Of(query.From, query.To < newest ? query.To.Value : newest))
        {
            if (first > last || found.Count == limit)
            {
                break;
            }

            // OFFSET 0 keeps the planner from walking all papers by day instead, for so few are wanted.
            found.AddRange(await session.QueryAsync<Candidate>($"""
                SELECT *
                FROM (SELECT id, title, abstract, authors, keywords, listed_on
                      FROM papers
                      WHERE {match.Condition(withDays: first is not null)} AND joined_to IS NULL
                        {(first is null ? "AND listed_on <= @last" : "")}
                      OFFSET 0) AS found
                ORDER BY listed_on DESC, id
                LIMIT @limit
                """, new
            {
                match.Words, match.Title, match.Exactly, last, limit = limit - found.Count,
                days = first is { } day ? DayWindows.Match(day, last) : "",
            }));
        }

        return found;
    }

    public async Task<long> CountAsync(Session session, SearchTerm term, DateOnly around, int limit)
    {
        var match = PostgreSqlQuery.Of(new SearchQuery { Terms = [term] }, inTitle: false);
        var days = DayWindows.Match(around.AddDays(-Math.Min(CountedDays, around.DayNumber)), around);
        var lately = await CountAsync(withDays: true);
        return lately == limit ? lately : await CountAsync(withDays: false);

        Task<long> CountAsync(bool withDays) => session.SingleAsync<long>($"""
            SELECT COUNT(*)
            FROM (SELECT 1 FROM (SELECT 1 FROM papers WHERE {match.Condition(withDays)} OFFSET 0) AS having_it LIMIT @limit) AS found
            """, new { match.Words, match.Title, match.Exactly, days, limit });
    }

    /// <summary>Of all papers, where no word is asked for.</summary>
    private static Task<IReadOnlyList<Candidate>> NewestAsync(Session session, SearchQuery query, int limit) =>
        session.QueryAsync<Candidate>("""
            SELECT id, title, abstract, authors, keywords, listed_on
            FROM papers
            WHERE listed_on >= @first AND listed_on <= @last AND joined_to IS NULL
            ORDER BY listed_on DESC, id
            LIMIT @limit
            """, new { first = query.From ?? DateOnly.MinValue, last = query.To ?? DateOnly.MaxValue, limit });

    private static async Task<DateOnly> NewestDayAsync(Session session) =>
        await session.SingleAsync<DateOnly?>("SELECT MAX(listed_on) FROM papers") ?? DateOnly.MinValue;
}
