using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Digests;
using TrendingMail.Papers;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Latex;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>"More like this", "less like this" and "mute this topic", from beside a paper in the mail.</summary>
internal static class FeedbackPages
{
    public static void MapFeedbackPages(this IEndpointRouteBuilder app)
    {
        app.MapPage("/feedback/{token}", (string token, ReaderDoor door, FeedbackPage page, CancellationToken stop) =>
            door.OpenAsync(token, LinkPurpose.Feedback, (reader, link) => page.AskAsync(reader, link, stop), stop));
        app.MapPost("/feedback/{token}", SayAsync).RequireRateLimiting(RateLimits.Action);
    }

    private static Task<IResult> SayAsync(
        string token, HttpContext http, ReaderDoor door, FeedbackPage page) =>
        door.OpenAsync(token, LinkPurpose.Feedback, async (reader, link) =>
        {
            var form = await Forms.ReadAsync(http);
            return form["undo"].Count > 0
                ? await page.TakeBackAsync(reader, link, form["undo"].ToString(), http.RequestAborted)
                : await page.SayAsync(reader, link, form["subject"].ToString(), http.RequestAborted);
        }, http.RequestAborted);
}

/// <summary>The page on which a reader says something of a paper, sees what that changes, and can take it back.</summary>
internal sealed class FeedbackPage(
    Pages pages, PaperStore papers, Database database, FeedbackStore feedback, ReaderLinks links)
{
    public async Task<IResult> AskAsync(Subscriber reader, LinkToken link, CancellationToken stop)
    {
        if (await papers.FindAsync(link.Subject, stop) is not { } paper || (link.Choice != 0 && !IsKind(link.Choice)))
        {
            return Gone(reader, link);
        }

        return Show(reader, link, Model.Of(
            ("kind", link.Choice == 0 ? null : ((FeedbackKind)link.Choice).ToColumn()),
            ("title", LatexText.ToReadable(paper.Title)),
            ("done", null),
            ("others", Model.List(Enum.GetValues<FeedbackKind>().Where(other => (byte)other != link.Choice).Select(other => Model.Of(
                ("kind", other.ToColumn()),
                ("url", links.Feedback(reader, link.Subject, other, link.IssuedAt)))))),
            ("subjects", Model.List(PaperSubjects.Of(paper).Select(subject => Model.Of(
                ("id", IdOf(subject)), ("value", subject.Value)))))));
    }

    /// <param name="chosen">What is muted of all that the paper is about; the first where the form does not say.</param>
    public async Task<IResult> SayAsync(Subscriber reader, LinkToken link, string chosen, CancellationToken stop)
    {
        if (await papers.FindAsync(link.Subject, stop) is not { } paper || !IsKind(link.Choice))
        {
            return Gone(reader, link);
        }

        var kind = (FeedbackKind)link.Choice;
        var about = PaperSubjects.Of(paper);
        if (kind == FeedbackKind.Mute && about.Count > 0)
        {
            about = [about.FirstOrDefault(subject => IdOf(subject) == chosen) ?? about[0]];
        }

        var said = await database.WriteAsync(
            session => feedback.SayAsync(session, reader.Id, link.Subject, kind, about), stop);
        return Show(reader, link, Model.Of(
            ("kind", kind.ToColumn()),
            ("title", LatexText.ToReadable(paper.Title)),
            ("done", "said"),
            ("undo", said.Id.ToString(CultureInfo.InvariantCulture)),
            ("moves", Model.List(said.Moves.Select(InterestModel.Of))),
            ("subjects", Model.List([]))));
    }

    public async Task<IResult> TakeBackAsync(Subscriber reader, LinkToken link, string id, CancellationToken stop)
    {
        if (long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            await database.WriteAsync(session => FeedbackStore.TakeBackAsync(session, reader.Id, number), stop);
        }

        var paper = await papers.FindAsync(link.Subject, stop);
        return Show(reader, link, Model.Of(
            ("kind", IsKind(link.Choice) ? ((FeedbackKind)link.Choice).ToColumn() : "more"),
            ("title", LatexText.ToReadable(paper?.Title ?? "")),
            ("done", "taken_back"),
            ("subjects", Model.List([]))));
    }

    private static bool IsKind(byte choice) => Enum.IsDefined((FeedbackKind)choice);

    private static string IdOf(Interest subject) => $"{subject.Kind.ToColumn()}:{subject.Key}";

    private IResult Show(Subscriber reader, LinkToken link, ScriptObject model)
    {
        model.SetValue("address", reader.MaskedAddress, readOnly: true);
        model.SetValue("preferences_url", links.Preferences(reader, link.IssuedAt), readOnly: true);
        return pages.Page("feedback", new PageHead("Your opinion of a paper", "More or less like this.", null), model);
    }

    private IResult Gone(Subscriber reader, LinkToken link) => pages.Message(
        "This paper is not here any more", "So nothing can be learned from it. What you follow is in your preferences.",
        StatusCodes.Status410Gone, (links.Preferences(reader, link.IssuedAt), "Your preferences"));
}
