using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Papers.Search.Words;
using TrendingMail.Storage;

namespace TrendingMail.Papers.Search;

/// <summary>Search with FTS5; for the index and its row ids see SQLite migration 0023.</summary>
internal sealed class SqliteSearch : ISearchDialect
{
    /// <summary>The low bits of a row id are the paper's id; the high bits are the days until 2200-01-01.</summary>
    private const int IdBits = 26;

    /// <summary>Matches every paper: a token that each has.</summary>
    private const string MatchAll = "categories : \"\uE000\"";

    private const char CategorySeparator = '\uE001';

    private static readonly int LastDay = new DateOnly(2200, 1, 1).DayNumber;

    public Task<IReadOnlyList<Candidate>> NewestAsync(Session session, SearchQuery query, bool inTitle, int limit) =>
        // CROSS JOIN fixes the join order: the index scan comes first, in row order, and stops at the limit.
        session.QueryAsync<Candidate>($"""
            SELECT p.id, p.title, p.abstract, p.authors, p.keywords, p.listed_on
            FROM paper_search s
            CROSS JOIN papers p ON p.id = s.rowid & {(1L << IdBits) - 1} AND p.merged_into IS NULL
            WHERE s.paper_search MATCH @match AND s.rowid BETWEEN @first AND @last
            ORDER BY s.rowid
            LIMIT @limit
            """, new
        {
            match = ToFtsQuery(query, inTitle),
            first = query.To is { } to ? ToRowId(to) : long.MinValue,
            last = query.From is { } from ? ToRowId(from) + (1L << IdBits) - 1 : long.MaxValue,
            limit,
        });

    public Task<long> CountAsync(Session session, SearchTerm term, DateOnly newestDay, int limit) =>
        session.SingleAsync<long>("""
            SELECT COUNT(*)
            FROM (SELECT 1 FROM paper_search WHERE paper_search MATCH @match LIMIT @limit)
            """, new { match = ToFtsQuery(term, inTitle: false), limit });

    /// <summary>The query in FTS5 syntax (https://www.sqlite.org/fts5.html#full_text_query_syntax).</summary>
    internal static string ToFtsQuery(SearchQuery query, bool inTitle)
    {
        var wanted = query.Terms.Count == 0
            ? MatchAll
            : string.Join(" AND ", query.Terms.Select(term => ToFtsQuery(term, inTitle)));
        return query.Exclusions.Count == 0
            ? wanted
            : $"({wanted}) NOT (" +
                $"{string.Join(" OR ", query.Exclusions.Select(term => ToFtsQuery(term, inTitle: false)))})";
    }

    private static string ToFtsQuery(SearchTerm term, bool inTitle) => term.Alternatives.Count == 0
        ? ToFtsPhrase(term, inTitle)
        : $"({string.Join(" OR ", term.Spellings.Select(spelling => ToFtsPhrase(spelling, inTitle)))})";

    private static string ToFtsPhrase(SearchTerm term, bool inTitle)
    {
        if (term.Field == SearchField.Category)
        {
            // The whole category or archive is one token, without characters that could end the literal.
            var token = string.Concat(term.Words[0].Select(c => char.IsLetterOrDigit(c) ? c : CategorySeparator));
            return $"categories : \"{token}{CategorySeparator}\"";
        }

        var column = term.Field switch
        {
            SearchField.Author => "authors : ",
            SearchField.Title => "title : ",
            SearchField.Identifier => "keywords : ",
            _ => inTitle ? "title : " : "",
        };

        // Folded words are letters and digits only, so nothing in them can end the literal.
        var words = string.Join(' ', term.Words.Select(WordTokenizer.FoldWord));
        return $"{column}\"{words}\"{(term.IsPrefix ? " *" : "")}";
    }

    private static long ToRowId(DateOnly day) => (LastDay - day.DayNumber) * (1L << IdBits);
}
