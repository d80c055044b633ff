using TrendingMail.Storage;

namespace TrendingMail.Papers.Search;

/// <summary>Search with FTS5; see migration 0005 for what the index holds and how its rows are numbered.</summary>
internal sealed class SqliteSearch : ISearchDialect
{
    /// <summary>Of a row's number the lower bits are the paper's id, and the upper ones days up to 2200-01-01.</summary>
    private const int IdBits = 26;

    /// <summary>A word that every paper has.</summary>
    private const string Everything = "categories : \"\uE000\"";

    private const char CategoryJoint = '\uE001';

    private static readonly int LastDay = new DateOnly(2200, 1, 1).DayNumber;

    public Task<IReadOnlyList<Candidate>> NewestAsync(Session session, SearchQuery query, bool inTitle, int limit) =>
        // CROSS JOIN keeps the order: rows of the index first, for it stops where it has enough of them.
        session.QueryAsync<Candidate>($"""
            SELECT p.id, p.title, p.abstract, p.authors, p.keywords, p.listed_on
            FROM (
                SELECT rowid AS place
                FROM paper_search
                WHERE paper_search MATCH @match AND rowid BETWEEN @first AND @last
                ORDER BY rowid
                LIMIT @limit) found
            CROSS JOIN papers p ON p.id = found.place & {(1L << IdBits) - 1} AND p.joined_to IS NULL
            """, new
        {
            match = Match(query, inTitle),
            first = query.To is { } to ? PlaceOf(to) : long.MinValue,
            last = query.From is { } from ? PlaceOf(from) + (1L << IdBits) - 1 : long.MaxValue,
            limit,
        });

    public Task<long> CountAsync(Session session, SearchTerm term, DateOnly around, int limit) =>
        session.SingleAsync<long>("""
            SELECT COUNT(*)
            FROM (SELECT 1 FROM paper_search WHERE paper_search MATCH @match LIMIT @limit)
            """, new { match = Match(term, inTitle: false), limit });

    /// <summary>The query in FTS5's language (https://www.sqlite.org/fts5.html#full_text_query_syntax).</summary>
    internal static string Match(SearchQuery query, bool inTitle)
    {
        var wanted = query.Terms.Count == 0
            ? Everything
            : string.Join(" AND ", query.Terms.Select(term => Match(term, inTitle)));
        return query.Exclusions.Count == 0
            ? wanted
            : $"({wanted}) NOT ({string.Join(" OR ", query.Exclusions.Select(term => Match(term, inTitle: false)))})";
    }

    private static string Match(SearchTerm term, bool inTitle)
    {
        if (term.Field == SearchField.Category)
        {
            // The whole category or archive is one word; what could end the string is no part of it.
            var joined = string.Concat(term.Words[0].Select(c => char.IsLetterOrDigit(c) ? c : CategoryJoint));
            return $"categories : \"{joined}{CategoryJoint}\"";
        }

        var column = term.Field switch
        {
            SearchField.Author => "authors : ",
            SearchField.Title => "title : ",
            _ => inTitle ? "title : " : "",
        };

        // Words are letters and digits, so that nothing in them can end the string.
        return $"{column}\"{string.Join(' ', term.Words)}\"{(term.IsPrefix ? " *" : "")}";
    }

    private static long PlaceOf(DateOnly day) => (LastDay - day.DayNumber) * (1L << IdBits);
}
