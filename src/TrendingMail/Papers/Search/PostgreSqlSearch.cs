using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Storage;

namespace TrendingMail.Papers.Search;

/// <summary>Search with tsvector; for the indexes see PostgreSQL migrations 0012 and 0016.</summary>
internal sealed class PostgreSqlSearch : ISearchDialect
{
    /// <summary>Counting a term starts with the papers of this many days.</summary>
    private const int RecentDays = 128;

    public async Task<IReadOnlyList<Candidate>> NewestAsync(Session session, SearchQuery query, bool inTitle, int limit)
    {
        var match = PostgreSqlQuery.Create(query, inTitle);
        if (match.IsEmpty)
        {
            return await NewestAsync(session, query, limit);
        }

        var found = new List<Candidate>();
        var newest = await NewestDayAsync(session);
        foreach (var (first, last) in DateWindows.Split(query.From, query.To < newest ? query.To.Value : newest))
        {
            if (first > last || found.Count == limit)
            {
                break;
            }

            // OFFSET 0 stops the planner from scanning all papers by day instead because of the low LIMIT.
            found.AddRange(await session.QueryAsync<Candidate>($"""
                SELECT *
                FROM (SELECT id, title, abstract, authors, keywords, listed_on
                      FROM papers
                      WHERE {match.Condition(withinDays: first is not null)} AND merged_into IS NULL
                        {(first is null ? "AND listed_on <= @last" : "")}
                      OFFSET 0) AS found
                ORDER BY listed_on DESC, id
                LIMIT @limit
                """, new
            {
                match.Words, match.Title, match.Recheck, last, limit = limit - found.Count,
                days = first is { } day ? DateWindows.ToTsQuery(day, last) : "",
            }));
        }

        return found;
    }

    public async Task<long> CountAsync(Session session, SearchTerm term, DateOnly newestDay, int limit)
    {
        var match = PostgreSqlQuery.Create(new SearchQuery { Terms = [term] }, inTitle: false);
        var days = DateWindows.ToTsQuery(newestDay.AddDays(-Math.Min(RecentDays, newestDay.DayNumber)), newestDay);
        var recent = await CountMatchesAsync(withDays: true);
        return recent == limit ? recent : await CountMatchesAsync(withDays: false);

        Task<long> CountMatchesAsync(bool withDays) => session.SingleAsync<long>($"""
            SELECT COUNT(*)
            FROM (SELECT 1 FROM (SELECT 1 FROM papers WHERE {match.Condition(
                withDays)} OFFSET 0) AS matching LIMIT @limit) AS found
            """, new { match.Words, match.Title, match.Recheck, days, limit });
    }

    /// <summary>The newest papers for a query without words.</summary>
    private static Task<IReadOnlyList<Candidate>> NewestAsync(Session session, SearchQuery query, int limit) =>
        session.QueryAsync<Candidate>("""
            SELECT id, title, abstract, authors, keywords, listed_on
            FROM papers
            WHERE listed_on >= @first AND listed_on <= @last AND merged_into IS NULL
            ORDER BY listed_on DESC, id
            LIMIT @limit
            """, new { first = query.From ?? DateOnly.MinValue, last = query.To ?? DateOnly.MaxValue, limit });

    private static async Task<DateOnly> NewestDayAsync(Session session) =>
        await session.SingleAsync<DateOnly?>("SELECT MAX(listed_on) FROM papers") ?? DateOnly.MinValue;
}
