using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Editions;
using TrendingMail.Papers.Search;
using TrendingMail.Rendering;

namespace TrendingMail.Worker.Web;

/// <summary>The page that finds papers.</summary>
internal static class SearchPage
{
    private const int PageSize = 20;

    public static void MapSearchPage(this IEndpointRouteBuilder app) => app.MapPage("/search", SearchAsync);

    // "page" is text, so that nonsense is the first page and no error.
    private static async Task<IResult> SearchAsync(
        string? q, string? page, PaperSearch search, Pages pages, SiteOptions site, CancellationToken cancellationToken)
    {
        var text = Shortened(q);
        var number = int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 1;
        var query = SearchQuery.Parse(text);
        var results = await search.SearchAsync(query, number, PageSize, cancellationToken);
        var first = ((long)(results.Page - 1) * PageSize) + 1;
        return pages.Page(
            "search",
            new PageHead(text.Length == 0 ? "Search" : $"Search: {text}", "Full-text search over all papers.", null),
            Model.Of(
                ("query", text),
                ("asked", !query.IsEmpty),
                ("total", results.Total),
                ("has_more", results.HasMore),
                ("page_number", results.Page),
                ("first", first),
                ("last", first + results.Hits.Count - 1),
                ("previous_url", results.Page > 1 ? Url(text, Math.Min(results.Page - 1, LastPage(results))) : null),
                ("feed_url", results.Total > 0 ? $"/feed.atom?q={Uri.EscapeDataString(text)}" : null),
                ("next_url", results.HasNextPage ? Url(text, results.Page + 1) : null),
                ("papers", Model.List(results.Hits.Select(hit => PaperOf(hit, site))))));
    }

    /// <summary>A query as far as it is read.</summary>
    public static string Shortened(string? query)
    {
        var text = (query ?? "").Trim();
        return text.Length > SearchQuery.MaximumLength ? text[..SearchQuery.MaximumLength] : text;
    }

    private static int LastPage(SearchResults results) => Math.Max(1, (results.Total + PageSize - 1) / PageSize);

    private static ScriptObject PaperOf(SearchHit hit, SiteOptions site)
    {
        var paper = PaperModel.Of(FrozenPaper.Of(hit.Paper), 0, site);
        paper.SetValue("marked_title", Segments(hit.Title), readOnly: true);
        paper.SetValue("snippet", Segments(hit.Snippet), readOnly: true);
        paper.SetValue("day", hit.Paper.ListedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), readOnly: true);
        return paper;
    }

    private static ScriptArray Segments(HighlightedText text) =>
        Model.List(text.Segments.Select(segment => Model.Of(("text", segment.Text), ("marked", segment.IsMarked))));

    private static string Url(string text, int page)
    {
        var number = page > 1 ? $"&page={page.ToString(CultureInfo.InvariantCulture)}" : "";
        return $"/search?q={Uri.EscapeDataString(text)}{number}";
    }
}
