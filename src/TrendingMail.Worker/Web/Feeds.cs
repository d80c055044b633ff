namespace TrendingMail.Worker.Web;

/// <summary>The editions as feeds; with <c>?q=</c>, the newest papers that a search finds.</summary>
internal static class Feeds
{
    public static void MapFeeds(this IEndpointRouteBuilder app)
    {
        app.MapPage("/feed.atom", async (string? q, FeedSource source, CancellationToken stop) =>
            (await source.ReadAsync(q, stop)).ToAtom()).CacheOutput(WebApp.PublicSearch);
        app.MapPage("/feed.json", async (string? q, FeedSource source, CancellationToken stop) =>
            (await source.ReadAsync(q, stop)).ToJson()).CacheOutput(WebApp.PublicSearch);
    }
}
