using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Storage;

namespace TrendingMail.Papers.Search;

/// <summary>
/// What full-text search needs from a database engine: the papers that match a query, newest first and unranked.
/// Ranking is done here, so that every engine returns the same order.
/// </summary>
public interface ISearchDialect
{
    /// <summary>The newest papers that match the whole query, at most <paramref name="limit"/>.</summary>
    /// <param name="inTitle">Whether terms without a field must match the title.</param>
    Task<IReadOnlyList<Candidate>> NewestAsync(Session session, SearchQuery query, bool inTitle, int limit);

    /// <summary>How many papers contain a term; stops counting at <paramref name="limit"/>.</summary>
    /// <param name="newestDay">The last day of the period to count first, in which papers contain the term.</param>
    Task<long> CountAsync(Session session, SearchTerm term, DateOnly newestDay, int limit);
}
