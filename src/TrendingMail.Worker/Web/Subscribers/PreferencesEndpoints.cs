using System.Globalization;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Digests.Selection;
using TrendingMail.Links;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>The preferences page and its forms.</summary>
internal static class PreferencesEndpoints
{
    /// <summary>Room for a hundred interests with long names in non-Latin scripts.</summary>
    private const int MaximumFormLength = 256 << 10;

    public static void MapPreferencesEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/preferences/{token}", (string token, LinkAuthorizer authorizer, PreferencesPage preferences,
            CancellationToken stop) => authorizer.AuthorizeAsync(
                token, LinkPurpose.Preferences, (subscriber, link) => preferences.ShowAsync(
                subscriber, link, PreferencesForm.From(subscriber), InterestsForm.Empty, null, stop), stop));
        app.MapPost("/preferences/{token}", SaveAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPost("/preferences/{token}/feedback", UndoFeedbackAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPost("/preferences/{token}/links", RevokeLinksAsync).RequireRateLimiting(RateLimits.Action);
    }

    private static Task<IResult> SaveAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, PreferencesService preferences,
        PreferencesPage page) =>
        authorizer.AuthorizeAsync(token, LinkPurpose.Preferences, async (subscriber, link) =>
        {
            var stop = http.RequestAborted;
            var fields = await FormReader.ReadAsync(http, MaximumFormLength);
            var form = PreferencesForm.Read(name => fields[name]);
            var interests = InterestsForm.Read(fields.Keys, name => fields[name]);
            var next = InterestsForm.Empty with { Kind = interests.Kind, Choice = interests.Choice };
            return await preferences.SaveAsync(subscriber.Id, form, interests, stop) switch
            {
                PreferencesResult.Saved { Subscriber: var saved } => await page.ShowAsync(
                    saved, link, PreferencesForm.From(saved), next, "web.preferences.saved", stop),
                PreferencesResult.NotSubscribed { Subscriber: var current } => await page.ShowAsync(
                    current, link, PreferencesForm.From(current), next, null, stop),
                PreferencesResult.Invalid invalid => await page.ShowErrorsAsync(
                    subscriber, link, form, interests, invalid.Errors, stop),
                _ => authorizer.UnknownSubscriber(),
            };
        }, http.RequestAborted);

    private static Task<IResult> UndoFeedbackAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, FeedbackService feedback, PreferencesPage page) =>
        authorizer.AuthorizeAsync(token, LinkPurpose.Preferences, async (subscriber, link) =>
        {
            var form = await FormReader.ReadAsync(http);
            var done = long.TryParse(form["feedback"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) &&
                await feedback.UndoAsync(subscriber.Id, id, http.RequestAborted);
            return await page.ShowAsync(subscriber, link, PreferencesForm.From(subscriber), InterestsForm.Empty,
                done ? "web.preferences.undone" : "web.preferences.nothing_undone", http.RequestAborted);
        }, http.RequestAborted);

    /// <summary>
    /// The new links are only sent by mail: the person at the browser may not be the owner of the mailbox.
    /// </summary>
    private static Task<IResult> RevokeLinksAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, SignUpFlow flow, DeliveryDispatcher dispatcher,
        PageRenderer renderer) =>
        authorizer.AuthorizeAsync(token, LinkPurpose.Preferences, async (subscriber, _) =>
        {
            await flow.RevokeLinksAsync(subscriber.Id, FormReader.GetOrigin(http, "web"), http.RequestAborted);
            dispatcher.Wake();
            return renderer.RenderMessage(renderer.Text("web.preferences.revoked"),
                renderer.Text("web.preferences.revoked_text", ("address", subscriber.MaskedAddress)),
                link: renderer.Home);
        }, http.RequestAborted);
}
