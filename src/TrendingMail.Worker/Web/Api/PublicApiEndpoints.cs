using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Papers.Identifiers;
using TrendingMail.Papers.Search;
using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Api;

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
    private const string Relevance = "relevance";

    private const string Newest = "newest";

    public static void MapPublicApiEndpoints(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").WithTags("Papers and editions");
        api.MapPage("/papers", PapersAsync).WithName("ListPapers").WithSummary("A day's papers, best first")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapPage("/papers/{**arxivId}", PaperAsync).WithName("GetPaper").WithSummary("One paper")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPage("/editions", EditionsAsync).WithName("ListEditions").WithSummary("All editions, newest first")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapPage("/editions/{day}", EditionAsync).WithName("GetEdition").WithSummary("One day's edition")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPage("/search", SearchAsync).WithName("SearchPapers").WithSummary("Full-text search")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        app.MapOpenApi("/openapi/{documentName}.json")
            .WithMetadata(new HttpMethodMetadata(PageRouteExtensions.Methods));
    }

    /// <summary>Restricts the OpenAPI document to the API; pages are excluded.</summary>
    public static void ConfigureOpenApi(OpenApiOptions options)
    {
        // HEAD, which everything that answers GET answers, would only repeat it.
        options.ShouldInclude = endpoint => endpoint.HttpMethod != HttpMethods.Head &&
            endpoint.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, context, _) =>
        {
            var site = context.ApplicationServices.GetRequiredService<SiteOptions>();
            document.Servers = [new OpenApiServer { Url = site.BaseUrl }];
            document.Info.Title = site.Name;
            document.Info.Description = "Trending research papers and their editions.";
            document.Info.Version = "1";
            return Task.CompletedTask;
        });
    }

    private static async Task<Results<Ok<ApiPage<ApiPaper>>, ProblemHttpResult>> PapersAsync(
        PaperStore store, CancellationToken stop,
        [Description("The day of the listing, yyyy-MM-dd; the latest by default")] string? date = null,
        [Description("Page number, starting at 1"), Range(1, int.MaxValue)] int page = 1,
        [Description("1 to 100"), Range(1, ApiPage.MaximumPerPage)] int per_page = 50)
    {
        if (ApiPage.Validate(page, per_page) is { } fault)
        {
            return fault;
        }

        if (ParseDay(date, await store.FindCurrentDayAsync(stop)) is not { } day)
        {
            return InvalidDay(date);
        }

        var ranked = await store.RankAsync(day, stop);
        return TypedResults.Ok(
            ApiPage.Create(ranked, page, per_page, (r, i) => ToApiPaper(r.Paper, i + 1, r.Score)));
    }

    private static async Task<Results<Ok<ApiPaper>, ProblemHttpResult>> PaperAsync(
        string arxivId, PaperStore store, CancellationToken stop) =>
        ArxivId.Find(arxivId) is { } reference && await store.FindByArxivIdAsync(reference.Id, stop) is { } paper
            ? TypedResults.Ok(ToApiPaper(paper, null, null))
            : ApiErrors.NotFound($"There is no paper {arxivId}.");

    private static async Task<Results<Ok<ApiPage<ApiPaper>>, ProblemHttpResult>> SearchAsync(
        PaperSearch search, CancellationToken stop,
        [Description("Words, \"phrases\", prefixes*, -exclusions, author:, category: (of papers from arXiv), " +
            "after:, before:, or an identifier")]
        string q = "",
        [Description("relevance: the best first; newest: the last listed first")]
        [AllowedValues(Relevance, Newest)]
        string sort = Relevance,
        [Description("Page number, starting at 1"), Range(1, int.MaxValue)] int page = 1,
        [Description("1 to 100"), Range(1, ApiPage.MaximumPerPage)] int per_page = 20)
    {
        if (ApiPage.Validate(page, per_page) is { } fault)
        {
            return fault;
        }

        if (sort is not (Relevance or Newest))
        {
            return ApiErrors.BadRequest($"sort must be {Relevance} or {Newest}.");
        }

        var results = await search.SearchAsync(SearchQuery.Parse(q), page, per_page, stop,
            sort == Newest ? SearchOrder.Newest : SearchOrder.Relevance);
        return TypedResults.Ok(new ApiPage<ApiPaper>(
            [.. results.Hits.Select(hit => ToApiPaper(hit.Paper, null, null))], results.Page,
            results.PageSize, results.Total));
    }

    private static async Task<Results<Ok<ApiPage<ApiEditionSummary>>, ProblemHttpResult>> EditionsAsync(
        EditionStore store, CancellationToken stop,
        [Description("Page number, starting at 1"), Range(1, int.MaxValue)] int page = 1,
        [Description("1 to 100"), Range(1, ApiPage.MaximumPerPage)] int per_page = 50)
    {
        if (ApiPage.Validate(page, per_page) is { } fault)
        {
            return fault;
        }

        var all = await store.ListAsync(int.MaxValue, stop);
        return TypedResults.Ok(ApiPage.Create(all, page, per_page,
            (e, _) => new ApiEditionSummary(e.Number, e.Day, e.PublishedAt, e.Sample, e.Papers)));
    }

    private static async Task<Results<Ok<ApiEdition>, ProblemHttpResult>> EditionAsync(
        string day, EditionStore store, CancellationToken stop) =>
        ParseDay(day, null) is not { } date ? InvalidDay(day)
        : await store.FindAsync(date, stop) is { } edition
            ? TypedResults.Ok(new ApiEdition(
                edition.Number, edition.Day, edition.PublishedAt, edition.Sample,
                [.. edition.Papers.Select(ToApiPaper)]))
            : ApiErrors.NotFound($"There is no edition for {day}.");

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

    private static ProblemHttpResult InvalidDay(string? text) =>
        ApiErrors.BadRequest($"'{text}' is not a date in the format yyyy-MM-dd.");
}
