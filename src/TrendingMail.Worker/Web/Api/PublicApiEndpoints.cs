using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Papers.Search;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Api;

/// <summary>One page of a list.</summary>
/// <param name="Page">Page number, starting at 1.</param>
/// <param name="Total">Number of items on all pages.</param>
internal sealed record ApiPage<T>(IReadOnlyList<T> Items, int Page, int PerPage, int Total);

/// <summary>A paper with its texts as plain text. Counts are current or, in an edition, those at publication.</summary>
internal sealed record ApiPaper(
    string? ArxivId, string Title, string Abstract, string? AiSummary, IReadOnlyList<string> Authors,
    string? Organization,
    IReadOnlyList<string> Keywords, int Upvotes, int Comments, int? Stars, string? CodeUrl, string? ProjectUrl,
    DateOnly? ListedOn, int? Rank, double? Score);

/// <summary>An edition in a list.</summary>
internal sealed record ApiEditionSummary(int Number, DateOnly Day, DateTimeOffset PublishedAt, bool Sample, int Papers);

/// <summary>An edition with its papers.</summary>
internal sealed record ApiEdition(
    int Number, DateOnly Day, DateTimeOffset PublishedAt, bool Sample, IReadOnlyList<ApiPaper> Papers);

/// <summary>The public read API: papers and editions. Errors are problem details (RFC 9457).</summary>
internal static class PublicApiEndpoints
{
    private const int MaximumPerPage = 100;

    public static void MapPublicApiEndpoints(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").WithTags("Papers and editions");
        api.MapGet("/papers", PapersAsync).WithName("ListPapers").WithSummary("A day's papers, best first");
        api.MapGet("/papers/{**arxivId}", PaperAsync).WithName("GetPaper").WithSummary("One paper");
        api.MapGet("/editions", EditionsAsync).WithName("ListEditions").WithSummary("All editions, newest first");
        api.MapGet("/editions/{day}", EditionAsync).WithName("GetEdition").WithSummary("One day's edition");
        api.MapGet("/search", SearchAsync).WithName("SearchPapers").WithSummary("Full-text search, best first");
        app.MapOpenApi("/openapi/{documentName}.json");
    }

    /// <summary>Restricts the OpenAPI document to the API; pages are excluded.</summary>
    public static void ConfigureOpenApi(OpenApiOptions options)
    {
        options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, context, _) =>
        {
            document.Info.Title = context.ApplicationServices.GetRequiredService<SiteOptions>().Name;
            document.Info.Description = "Trending research papers and their editions.";
            document.Info.Version = "1";
            return Task.CompletedTask;
        });
    }

    private static async Task<Results<Ok<ApiPage<ApiPaper>>, ProblemHttpResult>> PapersAsync(
        PaperStore store, CancellationToken stop,
        [Description("The day of the listing, yyyy-MM-dd; the latest by default")] string? date = null,
        [Description("Page number, starting at 1")] int page = 1,
        [Description("1 to 100")] int per_page = 50)
    {
        if (ValidatePaging(page, per_page) is { } fault)
        {
            return fault;
        }

        if (ParseDay(date, await store.FindCurrentDayAsync(stop)) is not { } day)
        {
            return InvalidDay(date);
        }

        var ranked = await store.RankAsync(day, stop);
        return TypedResults.Ok(new ApiPage<ApiPaper>(
            [.. ranked.Select((r, i) => ToApiPaper(r.Paper, i + 1, r.Score)).Skip((page - 1) * per_page)
                .Take(per_page)],
            page, per_page, ranked.Count));
    }

    private static async Task<Results<Ok<ApiPaper>, ProblemHttpResult>> PaperAsync(
        string arxivId, PaperStore store, CancellationToken stop) =>
        ArxivId.Parse(arxivId) is { } id && await store.FindByArxivIdAsync(id, stop) is { } paper
            ? TypedResults.Ok(ToApiPaper(paper, null, null))
            : NotFound($"There is no paper {arxivId}.");

    private static async Task<Results<Ok<ApiPage<ApiPaper>>, ProblemHttpResult>> SearchAsync(
        PaperSearch search, CancellationToken stop,
        [Description("Words, \"phrases\", prefixes*, -exclusions, author:, category:, after:, before:")] string q = "",
        [Description("Page number, starting at 1")] int page = 1,
        [Description("1 to 100")] int per_page = 20)
    {
        if (ValidatePaging(page, per_page) is { } fault)
        {
            return fault;
        }

        var results = await search.SearchAsync(SearchQuery.Parse(q), page, per_page, stop);
        return TypedResults.Ok(new ApiPage<ApiPaper>(
            [.. results.Hits.Select(hit => ToApiPaper(hit.Paper, null, null))], results.Page,
            results.PageSize, results.Total));
    }

    private static async Task<Results<Ok<ApiPage<ApiEditionSummary>>, ProblemHttpResult>> EditionsAsync(
        EditionStore store, CancellationToken stop,
        [Description("Page number, starting at 1")] int page = 1,
        [Description("1 to 100")] int per_page = 50)
    {
        if (ValidatePaging(page, per_page) is { } fault)
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
        ParseDay(day, null) is not { } date ? InvalidDay(day)
        : await store.FindAsync(date, stop) is { } edition
            ? TypedResults.Ok(new ApiEdition(
                edition.Number, edition.Day, edition.PublishedAt, edition.Sample,
                [.. edition.Papers.Select(ToApiPaper)]))
            : NotFound($"There is no edition for {day}.");

    private static ApiPaper ToApiPaper(EditionPaper entry) => new(
        entry.Paper.ArxivId, entry.Paper.Title, entry.Paper.Abstract,
        entry.Paper.SummaryByAi ? entry.Paper.Summary : null, entry.Paper.Authors, entry.Paper.Organization,
        entry.Paper.Keywords, entry.Paper.Upvotes, entry.Paper.Comments, entry.Paper.Stars, entry.Paper.CodeUrl,
        entry.Paper.ProjectUrl, null, entry.Rank, entry.Score);

    private static ApiPaper ToApiPaper(Paper paper, int? rank, double? score) => new(
        paper.ArxivId, paper.Title, paper.Abstract,
        paper.AiSummary, paper.Authors, paper.Organization,
        paper.Keywords, paper.Upvotes, paper.Comments, paper.Stars, paper.CodeUrl, paper.ProjectUrl, paper.ListedOn,
        rank, score);

    private static DateOnly? ParseDay(string? text, DateOnly? defaultDay) =>
        text is null ? defaultDay
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
        : null;

    private static ProblemHttpResult? ValidatePaging(int page, int perPage) =>
        page < 1 ? BadRequest("page must be at least 1.")
        : perPage is < 1 or > MaximumPerPage ? BadRequest($"per_page must be from 1 to {MaximumPerPage}.")
        : null;

    private static ProblemHttpResult InvalidDay(string? text) =>
        BadRequest($"'{text}' is not a date in the format yyyy-MM-dd.");

    private static ProblemHttpResult BadRequest(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    private static ProblemHttpResult NotFound(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);
}
