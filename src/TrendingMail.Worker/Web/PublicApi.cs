using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Papers.Search;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Latex;

namespace TrendingMail.Worker.Web;

/// <summary>A page of a longer list.</summary>
/// <param name="Page">From 1.</param>
/// <param name="Total">Entries on all pages.</param>
internal sealed record ApiPage<T>(IReadOnlyList<T> Items, int Page, int PerPage, int Total);

/// <summary>A paper as the API gives it: texts readable, counts as they stand now or as they stood in the edition.</summary>
internal sealed record ApiPaper(
    string? ArxivId, string Title, string Abstract, string? AiSummary, IReadOnlyList<string> Authors, string? Organization,
    IReadOnlyList<string> Keywords, int Upvotes, int Comments, int? Stars, string? CodeUrl, string? ProjectUrl,
    DateOnly? ListedOn, int? Rank, double? Score);

/// <summary>An edition in a list.</summary>
internal sealed record ApiEditionSummary(int Number, DateOnly Day, DateTimeOffset PublishedAt, bool Sample, int Papers);

/// <summary>An edition with its papers.</summary>
internal sealed record ApiEdition(
    int Number, DateOnly Day, DateTimeOffset PublishedAt, bool Sample, IReadOnlyList<ApiPaper> Papers);

/// <summary>What anyone may read by program: papers and editions. Errors are problem details (RFC 9457).</summary>
internal static class PublicApi
{
    private const int MaximumPerPage = 100;

    public static void MapPublicApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").WithTags("Papers and editions");
        api.MapGet("/papers", PapersAsync).WithName("ListPapers").WithSummary("A day's papers, best first");
        api.MapGet("/papers/{**arxivId}", PaperAsync).WithName("GetPaper").WithSummary("One paper");
        api.MapGet("/editions", EditionsAsync).WithName("ListEditions").WithSummary("All editions, newest first");
        api.MapGet("/editions/{day}", EditionAsync).WithName("GetEdition").WithSummary("One day's edition");
        api.MapGet("/search", SearchAsync).WithName("SearchPapers").WithSummary("Full-text search, best first");
        app.MapOpenApi("/openapi/{documentName}.json");
    }

    /// <summary>The OpenAPI document tells of the API, not of the pages.</summary>
    public static void Describe(OpenApiOptions options)
    {
        options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, context, _) =>
        {
            document.Info.Title = context.ApplicationServices.GetRequiredService<SiteOptions>().Name;
            document.Info.Description = "Trending research papers and the editions they stand in.";
            document.Info.Version = "1";
            return Task.CompletedTask;
        });
    }

    private static async Task<Results<Ok<ApiPage<ApiPaper>>, ProblemHttpResult>> PapersAsync(
        PaperStore store, TimeProvider clock, CancellationToken stop,
        [Description("The day of the listing, yyyy-MM-dd; the newest where it is left away")] string? date = null,
        [Description("From 1")] int page = 1,
        [Description("1 to 100")] int per_page = 50)
    {
        if (Fault(page, per_page) is { } fault)
        {
            return fault;
        }

        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (ReadDay(date, await store.NewestDayAsync(today, stop) ?? today) is not { } day)
        {
            return BadDay(date);
        }

        var ranked = await store.RankedAsync(day, stop);
        return TypedResults.Ok(new ApiPage<ApiPaper>(
            [.. ranked.Select((r, i) => Of(r.Paper, i + 1, r.Score)).Skip((page - 1) * per_page).Take(per_page)],
            page, per_page, ranked.Count));
    }

    private static async Task<Results<Ok<ApiPaper>, ProblemHttpResult>> PaperAsync(
        string arxivId, PaperStore store, CancellationToken stop) =>
        ArxivId.Parse(arxivId) is { } id && await store.FindByArxivIdAsync(id, stop) is { } paper
            ? TypedResults.Ok(Of(paper, null, null))
            : Missing($"There is no paper {arxivId}.");

    private static async Task<Results<Ok<ApiPage<ApiPaper>>, ProblemHttpResult>> SearchAsync(
        PaperSearch search, CancellationToken stop,
        [Description("Words, \"phrases\", beginnings*, -exclusions, author:, category:, after:, before:")] string q = "",
        [Description("From 1")] int page = 1,
        [Description("1 to 100")] int per_page = 20)
    {
        if (Fault(page, per_page) is { } fault)
        {
            return fault;
        }

        var results = await search.SearchAsync(SearchQuery.Parse(q), page, per_page, stop);
        return TypedResults.Ok(new ApiPage<ApiPaper>(
            [.. results.Hits.Select(hit => Of(hit.Paper, null, null))], results.Page, results.PageSize, results.Total));
    }

    private static async Task<Results<Ok<ApiPage<ApiEditionSummary>>, ProblemHttpResult>> EditionsAsync(
        EditionStore store, CancellationToken stop,
        [Description("From 1")] int page = 1,
        [Description("1 to 100")] int per_page = 50)
    {
        if (Fault(page, per_page) is { } fault)
        {
            return fault;
        }

        var all = await store.ListAsync(int.MaxValue, stop);
        return TypedResults.Ok(new ApiPage<ApiEditionSummary>(
            [.. all.Skip((page - 1) * per_page).Take(per_page)
                .Select(e => new ApiEditionSummary(e.Number, e.Day, e.PublishedAt, e.Sample, e.Papers))],
            page, per_page, all.Count));
    }

    private static async Task<Results<Ok<ApiEdition>, ProblemHttpResult>> EditionAsync(
        string day, EditionStore store, CancellationToken stop) =>
        ReadDay(day, null) is not { } date ? BadDay(day)
        : await store.FindAsync(date, stop) is { } edition
            ? TypedResults.Ok(new ApiEdition(
                edition.Number, edition.Day, edition.PublishedAt, edition.Sample, [.. edition.Papers.Select(Of)]))
            : Missing($"There is no edition of {day}.");

    private static ApiPaper Of(EditionPaper entry) => new(
        entry.Paper.ArxivId, entry.Paper.Title, entry.Paper.Abstract,
        entry.Paper.SummaryByAi ? entry.Paper.Summary : null, entry.Paper.Authors, entry.Paper.Organization,
        entry.Paper.Keywords, entry.Paper.Upvotes, entry.Paper.Comments, entry.Paper.Stars, entry.Paper.CodeUrl,
        entry.Paper.ProjectUrl, null, entry.Rank, entry.Score);

    private static ApiPaper Of(Paper paper, int? rank, double? score) => new(
        paper.ArxivId, LatexText.ToReadable(paper.Title), LatexText.ToReadable(paper.Abstract),
        paper.AiSummary is null ? null : LatexText.ToReadable(paper.AiSummary), paper.Authors, paper.Organization,
        paper.Keywords, paper.Upvotes, paper.Comments, paper.Stars, paper.CodeUrl, paper.ProjectUrl, paper.ListedOn,
        rank, score);

    private static DateOnly? ReadDay(string? text, DateOnly? otherwise) =>
        text is null ? otherwise
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : null;

    private static ProblemHttpResult? Fault(int page, int perPage) =>
        page < 1 ? Bad("page counts from 1.")
        : perPage is < 1 or > MaximumPerPage ? Bad($"per_page is 1 to {MaximumPerPage}.")
        : null;

    private static ProblemHttpResult BadDay(string? text) => Bad($"'{text}' is not a day; give yyyy-MM-dd.");

    private static ProblemHttpResult Bad(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    private static ProblemHttpResult Missing(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);
}
