using TrendingMail.Links;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>The feedback links of a paper in a digest: more like this, less like this, mute this topic.</summary>
internal static class FeedbackEndpoints
{
    public static void MapFeedbackEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/feedback/{token}",
            (string token, LinkAuthorizer authorizer, FeedbackPage page, CancellationToken stop) =>
            authorizer.AuthorizeAsync(
                token, LinkPurpose.Feedback, (subscriber, link) => page.ShowAsync(subscriber, link, stop), stop));
        app.MapPost("/feedback/{token}", PostAsync).RequireRateLimiting(RateLimits.Action);
    }

    private static Task<IResult> PostAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, FeedbackPage page) =>
        authorizer.AuthorizeAsync(token, LinkPurpose.Feedback, async (subscriber, link) =>
        {
            var form = await FormReader.ReadAsync(http);
            return form["undo"].Count > 0
                ? await page.UndoAsync(subscriber, link, form["undo"].ToString(), http.RequestAborted)
                : await page.SaveAsync(subscriber, link, form["subject"].ToString(), http.RequestAborted);
        }, http.RequestAborted);
}
