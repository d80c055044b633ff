using System.Text;
using TrendingMail.Storage;

namespace TrendingMail.Papers.Search;

/// <summary>Search with a tsvector; see PostgreSQL's migration 0002 for what it holds.</summary>
internal sealed class PostgreSqlSearch : ISearchDialect
{
    /// <summary>A letter that nobody types: it joins a category to one word.</summary>
    private const char CategoryJoint = '\uA66E';

    public Task<IReadOnlyList<Candidate>> NewestAsync(Session session, SearchQuery query, bool inTitle, int limit)
    {
        var match = Match(query, inTitle);
        return session.QueryAsync<Candidate>($"""
            SELECT id, title, abstract, authors, keywords, listed_on
            FROM papers
            WHERE listed_on >= @first AND listed_on <= @last AND joined_to IS NULL
              {(match.Length == 0 ? "" : "AND search @@ to_tsquery('paper_words', @match)")}
            ORDER BY listed_on DESC, id
            LIMIT @limit
            """, new { match, first = query.From ?? DateOnly.MinValue, last = query.To ?? DateOnly.MaxValue, limit });
    }

    public Task<long> CountAsync(Session session, SearchTerm term, int limit) => session.SingleAsync<long>("""
        SELECT COUNT(*)
        FROM (SELECT 1 FROM papers WHERE search @@ to_tsquery('paper_words', @match) LIMIT @limit) AS found
        """, new { match = Match(term, inTitle: false), limit });

    /// <summary>
    /// The query as PostgreSQL writes it (https://www.postgresql.org/docs/15/datatype-textsearch.html#DATATYPE-TSQUERY); empty
    /// for all papers.
    /// </summary>
    internal static string Match(SearchQuery query, bool inTitle) => string.Join(" & ", query.Terms
        .Select(term => Match(term, inTitle))
        .Concat(query.Exclusions.Select(term => $"!{Match(term, inTitle: false)}")));

    private static string Match(SearchTerm term, bool inTitle)
    {
        if (term.Field == SearchField.Category)
        {
            // The whole category or archive is one word; what could end the string is no part of it.
            var joined = string.Concat(term.Words[0].Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : CategoryJoint));
            return $"'{joined}{CategoryJoint}'";
        }

        var weights = term.Field switch
        {
            SearchField.Author => "C",
            SearchField.Title => "A",
            _ => inTitle ? "A" : "",
        };

        // Words are letters and digits, so that nothing in them can end the string.
        var words = term.Words.Select((word, i) =>
            (Text: Plain(word), Flags: weights + (term.IsPrefix && i == term.Words.Count - 1 ? "*" : "")));
        return $"({string.Join(" <-> ", words.Select(word => $"'{word.Text}'{(word.Flags.Length > 0 ? ":" : "")}{word.Flags}"))})";
    }

    /// <summary>As the index has it before it is stemmed: without diacritics.</summary>
    private static string Plain(string word)
    {
        var room = new byte[Encoding.UTF8.GetMaxByteCount(word.Length)];
        return Encoding.UTF8.GetString(room, 0, Words.Fold(word, room));
    }
}
