namespace TrendingMail.Worker.Web.Public;

/// <summary>Feeds of the editions or, with <c>?q=</c>, of the newest papers that match a search.</summary>
internal static class FeedEndpoints
{
    public static void MapFeedEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/feed.atom", async (string? q, FeedBuilder builder, CancellationToken stop) =>
            (await builder.BuildAsync(q, stop)).ToAtom()).CacheOutput(WebApp.PublicSearch);
        app.MapPage("/feed.json", async (string? q, FeedBuilder builder, CancellationToken stop) =>
            (await builder.BuildAsync(q, stop)).ToJson()).CacheOutput(WebApp.PublicSearch);
    }
}
