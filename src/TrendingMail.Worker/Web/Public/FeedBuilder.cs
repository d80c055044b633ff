using TrendingMail.Editions;
using TrendingMail.Papers.Search;
using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Public;

/// <summary>Builds feeds of the latest editions or, for a query, of the newest papers that match it.</summary>
internal sealed class FeedBuilder(EditionStore store, PaperSearch search, PageRenderer renderer, SiteOptions site)
{
    private const int MaximumEditions = 14;

    private const int MaximumPapers = 50;

    /// <param name="text">A query as entered; any text is valid. Null or empty for the editions.</param>
    public Task<FeedDocument> BuildAsync(string? text, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(text)
            ? EditionsAsync(cancellationToken)
            : SearchAsync(SearchEndpoints.Truncate(text), cancellationToken);

    private async Task<FeedDocument> EditionsAsync(CancellationToken cancellationToken)
    {
        var entries = new List<FeedEntry>();
        foreach (var summary in await store.ListAsync(MaximumEditions, cancellationToken))
        {
            if (await store.FindAsync(summary.Day, cancellationToken) is { } edition)
            {
                var url = $"{site.BaseUrl}/papers/{DateFormat.IsoDate(edition.Day)}";
                entries.Add(new FeedEntry(
                    url, url, $"{DateFormat.LongDate(edition.Day)}: {edition.Papers.Count} papers",
                    renderer.RenderFragment("feed_edition", TemplateModel.Create(
                        ("papers", TemplateModel.List(
                            edition.Papers.Select(e => PaperModel.Create(e.Paper, e.Rank, site)))))),
                    edition.PublishedAt));
            }
        }

        return new FeedDocument(site, site.Name, "The day's trending research papers", "/", "", entries);
    }

    /// <summary>The newest matches, however well they match.</summary>
    private async Task<FeedDocument> SearchAsync(string text, CancellationToken cancellationToken)
    {
        var results = await search.SearchAsync(
            SearchQuery.Parse(text), 1, MaximumPapers, cancellationToken, SearchOrder.Newest);
        var query = $"?q={Uri.EscapeDataString(text)}";
        return new FeedDocument(site, $"{text} · {site.Name}", $"The newest papers matching “{text}”",
            $"/search{query}", query,
            [.. results.Hits.Select(CreateEntry)]);
    }

    private FeedEntry CreateEntry(SearchHit hit)
    {
        var paper = FrozenPaper.From(hit.Paper);
        var url = PaperModel.PageUrl(paper, site);

        // A paper without an arXiv id has no page of its own; its row id makes the entry unique.
        var id = paper.ArxivId is null ? $"{site.BaseUrl}/papers/#{hit.Paper.Id}" : url;
        return new FeedEntry(id, url, paper.Title,
            renderer.RenderFragment("feed_paper", TemplateModel.Create(("paper", PaperModel.Create(paper, 0, site)))),
            hit.Paper.FirstSeenAt);
    }
}
