using Microsoft.AspNetCore.Http.HttpResults;

namespace TrendingMail.Worker.Web.Api;

/// <summary>One page of a list.</summary>
/// <param name="Page">Page number, starting at 1.</param>
/// <param name="Total">Number of items on all pages.</param>
internal sealed record ApiPage<T>(IReadOnlyList<T> Items, int Page, int PerPage, int Total);

/// <summary>Cuts pages out of lists.</summary>
internal static class ApiPage
{
    public const int MaximumPerPage = 100;

    /// <summary>The page of a list whose items are projected only if they are on it.</summary>
    public static ApiPage<T> Create<TSource, T>(
        IReadOnlyList<TSource> all, int page, int perPage, Func<TSource, int, T> select)
    {
        var first = (int)Math.Min((page - 1L) * perPage, all.Count);
        return new ApiPage<T>(
            [.. all.Skip(first).Take(perPage).Select((item, i) => select(item, first + i))], page, perPage, all.Count);
    }

    /// <summary>Null if both are in range.</summary>
    public static ProblemHttpResult? Validate(int page, int perPage) =>
        page < 1 ? ApiErrors.BadRequest("page must be at least 1.")
        : perPage is < 1 or > MaximumPerPage ? ApiErrors.BadRequest($"per_page must be from 1 to {MaximumPerPage}.")
        : null;
}
