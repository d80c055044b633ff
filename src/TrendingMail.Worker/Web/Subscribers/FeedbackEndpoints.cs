using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Digests.Selection;
using TrendingMail.Links;
using TrendingMail.Papers;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

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

/// <summary>The page on which a subscriber gives feedback on a paper, sees its effect, and can undo it.</summary>
internal sealed class FeedbackPage(
    PageRenderer renderer, PaperStore papers, FeedbackService feedback, SubscriberLinks links)
{
    public async Task<IResult> ShowAsync(Subscriber subscriber, LinkToken link, CancellationToken stop)
    {
        if (await papers.FindAsync(link.Subject, stop) is not { } paper || (link.Choice != 0 && !IsKind(link.Choice)))
        {
            return Gone(subscriber, link);
        }

        return RenderPage(subscriber, link, TemplateModel.Create(
            ("kind", link.Choice == 0 ? null : ((FeedbackKind)link.Choice).ToColumn()),
            ("title", paper.Title),
            ("status", null),
            ("others", TemplateModel.List(
                Enum.GetValues<FeedbackKind>().Where(other => (byte)other != link.Choice)
                    .Select(other => TemplateModel.Create(
                ("kind", other.ToColumn()),
                ("url", links.Feedback(subscriber, link.Subject, other, link.IssuedAt)))))),
            ("subjects", TemplateModel.List(PaperSubjects.For(paper).Select(subject => TemplateModel.Create(
                ("id", PaperSubjects.GetId(subject)), ("value", subject.Value)))))));
    }

    /// <param name="chosen">The topic to mute; the paper's first one if the form has none.</param>
    public async Task<IResult> SaveAsync(Subscriber subscriber, LinkToken link, string chosen, CancellationToken stop)
    {
        var kind = (FeedbackKind)link.Choice;
        if (!IsKind(link.Choice) ||
            await feedback.RecordAsync(subscriber.Id, link.Subject, kind, chosen, stop) is not { } recorded)
        {
            return Gone(subscriber, link);
        }

        return RenderPage(subscriber, link, TemplateModel.Create(
            ("kind", kind.ToColumn()),
            ("title", recorded.Paper.Title),
            ("status", "saved"),
            ("undo", recorded.Feedback.Id.ToString(CultureInfo.InvariantCulture)),
            ("changes", TemplateModel.List(recorded.Feedback.WeightChanges.Select(InterestModel.From))),
            ("subjects", TemplateModel.List([]))));
    }

    public async Task<IResult> UndoAsync(Subscriber subscriber, LinkToken link, string id, CancellationToken stop)
    {
        if (long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            await feedback.UndoAsync(subscriber.Id, number, stop);
        }

        var paper = await papers.FindAsync(link.Subject, stop);
        return RenderPage(subscriber, link, TemplateModel.Create(
            ("kind", IsKind(link.Choice) ? ((FeedbackKind)link.Choice).ToColumn() : "more"),
            ("title", paper?.Title ?? ""),
            ("status", "undone"),
            ("subjects", TemplateModel.List([]))));
    }

    private static bool IsKind(byte choice) => Enum.IsDefined((FeedbackKind)choice);

    private IResult RenderPage(Subscriber subscriber, LinkToken link, ScriptObject model)
    {
        model.SetValue("address", subscriber.MaskedAddress, readOnly: true);
        model.SetValue("preferences_url", links.Preferences(subscriber, link.IssuedAt), readOnly: true);
        return renderer.RenderPage(
            "feedback", new PageMetadata("Your feedback on a paper", "More or less like this.", null), model);
    }

    private IResult Gone(Subscriber subscriber, LinkToken link) => renderer.RenderMessage(
        "This paper is no longer available",
        "Feedback on it is not possible. See your preferences for what you follow.",
        StatusCodes.Status410Gone, (links.Preferences(subscriber, link.IssuedAt), "Your preferences"));
}
