using TrendingMail.Editions;
using TrendingMail.Papers.Search;
using TrendingMail.Rendering;

namespace TrendingMail.Worker.Web;

/// <summary>Reads what the feeds tell: the editions or, for a query, the papers that a search finds.</summary>
internal sealed class FeedSource(EditionStore store, PaperSearch search, Pages pages, SiteOptions site)
{
    private const int Editions = 14;

    private const int Papers = 50;

    /// <param name="text">A query as it was typed, which is never an error; null or empty for the editions.</param>
    public Task<FeedDocument> ReadAsync(string? text, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(text)
            ? EditionsAsync(cancellationToken)
            : SearchAsync(SearchPage.Shortened(text), cancellationToken);

    private async Task<FeedDocument> EditionsAsync(CancellationToken cancellationToken)
    {
        var entries = new List<FeedEntry>();
        foreach (var summary in await store.ListAsync(Editions, cancellationToken))
        {
            if (await store.FindAsync(summary.Day, cancellationToken) is { } edition)
            {
                var url = $"{site.BaseUrl}/papers/{Text.Day(edition.Day)}";
                entries.Add(new FeedEntry(url, url, $"{Text.Words(edition.Day)}: {edition.Papers.Count} papers",
                    pages.Fragment("feed_edition", Model.Of(
                        ("papers", Model.List(edition.Papers.Select(e => PaperModel.Of(e.Paper, e.Rank, site)))))),
                    edition.PublishedAt));
            }
        }

        return new FeedDocument(site, site.Name, "The day's trending research papers", "/", "", entries);
    }

    /// <summary>Newest first, for a feed's reader wants to know what is new: of all that is found, the best.</summary>
    private async Task<FeedDocument> SearchAsync(string text, CancellationToken cancellationToken)
    {
        var results = await search.SearchAsync(
            SearchQuery.Parse(text), 1, PaperSearch.MaximumPageSize, cancellationToken);
        var query = $"?q={Uri.EscapeDataString(text)}";
        return new FeedDocument(site, $"{text} · {site.Name}", $"The newest papers that have “{text}”",
            $"/search{query}", query,
            [.. results.Hits.OrderByDescending(hit => hit.Paper.ListedOn).Take(Papers).Select(EntryOf)]);
    }

    private FeedEntry EntryOf(SearchHit hit)
    {
        var paper = FrozenPaper.Of(hit.Paper);
        var url = PaperModel.PageUrl(paper, site);

        // A paper without an identifier has no page of its own, and its number stands in.
        var id = paper.ArxivId is null ? $"{site.BaseUrl}/papers/#{hit.Paper.Id}" : url;
        return new FeedEntry(id, url, paper.Title,
            pages.Fragment("feed_paper", Model.Of(("paper", PaperModel.Of(paper, 0, site)))), hit.Paper.FirstSeenAt);
    }
}
