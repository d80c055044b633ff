using TrendingMail.Storage;

namespace TrendingMail.Papers.Search;

/// <summary>
/// What full-text search asks of a database engine: papers that hold all of a query, newest first, without a rank. The
/// rank is ours, so that every engine gives the same order.
/// </summary>
internal interface ISearchDialect
{
    /// <summary>The newest papers that hold all of a query, at most <paramref name="limit"/>.</summary>
    /// <param name="inTitle">Whether what may stand anywhere must stand in the title.</param>
    Task<IReadOnlyList<Candidate>> NewestAsync(Session session, SearchQuery query, bool inTitle, int limit);

    /// <summary>How many papers have a term; counts no further than <paramref name="limit"/>.</summary>
    /// <param name="around">A day before which papers have it: a place to begin.</param>
    Task<long> CountAsync(Session session, SearchTerm term, DateOnly around, int limit);

    /// <summary>The search of an engine.</summary>
    static ISearchDialect Of(IDialect dialect) => dialect.Name switch
    {
        "Sqlite" => new SqliteSearch(),
        "PostgreSql" => new PostgreSqlSearch(),
        _ => throw new NotSupportedException($"Full-text search is not written for {dialect.Name}."),
    };
}
