using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Editions;
using TrendingMail.Papers.Search;
using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Papers.Search.Words;
using TrendingMail.Papers.Texts;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Public;

/// <summary>The search page.</summary>
internal static class SearchEndpoints
{
    private const int PageSize = 20;

    public static void MapSearchEndpoints(this IEndpointRouteBuilder app) => app.MapPage("/search", SearchAsync);

    // "page" is a string, so that an invalid number shows the first page instead of an error.
    private static async Task<IResult> SearchAsync(
        string? q, string? page, PaperSearch search, PaperVocabulary vocabulary, PageRenderer renderer,
        SiteOptions site, CancellationToken cancellationToken)
    {
        var text = Truncate(q);
        var number = int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 1;
        var query = SearchQuery.Parse(text);
        var results = await search.SearchAsync(query, number, PageSize, cancellationToken);
        var first = ((long)(results.Page - 1) * PageSize) + 1;
        return renderer.RenderPage(
            "search",
            new PageMetadata(
                text.Length == 0
                    ? renderer.Text("web.search.title") : renderer.Text("web.search.title_for", ("query", text)),
                renderer.Text("web.search.description"), null),
            TemplateModel.Create(
                ("query", text),
                ("has_query", !query.IsEmpty),
                ("asks_category", query.AsksCategory),
                ("has_categories", await vocabulary.HasAnyAsync(VocabularyKind.Category, cancellationToken)),
                ("total", results.Total),
                ("has_more", results.HasMore),
                ("page_number", results.Page),
                ("first", first),
                ("last", first + results.Hits.Count - 1),
                ("previous_url", results.Page > 1
                    ? Url(site, text, Math.Min(results.Page - 1, LastPage(results))) : null),
                ("feed_url", results.Total > 0
                    ? $"{site.BasePath}/feed.atom?q={Uri.EscapeDataString(text)}" : null),
                ("next_url", results.HasNextPage ? Url(site, text, results.Page + 1) : null),
                ("papers", TemplateModel.List(results.Hits.Select(hit => CreatePaperModel(hit, site))))));
    }

    /// <summary>Trims a query to the maximum length.</summary>
    public static string Truncate(string? query)
    {
        var text = (query ?? "").Trim();
        return text.Length > SearchQuery.MaximumLength ? text[..SearchQuery.MaximumLength] : text;
    }

    private static int LastPage(SearchResults results) => Math.Max(1, (results.Total + PageSize - 1) / PageSize);

    private static ScriptObject CreatePaperModel(SearchHit hit, SiteOptions site)
    {
        var paper = PaperModel.Create(FrozenPaper.From(hit.Paper), 0, site);
        paper.SetValue("marked_title", Segments(hit.Title), readOnly: true);
        paper.SetValue("snippet", Segments(hit.Snippet), readOnly: true);
        paper.SetValue("day", hit.Paper.ListedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), readOnly: true);
        return paper;
    }

    private static ScriptArray Segments(HighlightedText text) =>
        TemplateModel.List(
            text.Segments.Select(
                segment => TemplateModel.Create(("text", segment.Text), ("is_match", segment.IsMarked))));

    private static string Url(SiteOptions site, string text, int page)
    {
        var number = page > 1 ? $"&page={page.ToString(CultureInfo.InvariantCulture)}" : "";
        return $"{site.BasePath}/search?q={Uri.EscapeDataString(text)}{number}";
    }
}
