using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Digests.Selection;
using TrendingMail.Links;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>
/// The page on which a subscriber gives feedback on a paper, sees what is in force now, and can undo it.
/// </summary>
internal sealed class FeedbackPage(PageRenderer renderer, FeedbackService feedback, SubscriberLinks links)
{
    public async Task<IResult> ShowAsync(Subscriber subscriber, LinkToken link, CancellationToken stop) =>
        await FindStateAsync(subscriber, link, stop) is { } state
            ? RenderForm(subscriber, link, state, isUnknownTopic: false)
            : Gone(subscriber, link);

    /// <param name="chosen">The topic to mute; the paper's first one if empty.</param>
    public async Task<IResult> SaveAsync(Subscriber subscriber, LinkToken link, string chosen, CancellationToken stop)
    {
        if (!IsKind(link.Choice))
        {
            return Gone(subscriber, link);
        }

        switch (await feedback.RecordAsync(subscriber.Id, link.Subject, (FeedbackKind)link.Choice, chosen, stop))
        {
            case FeedbackResult.Recorded recorded:
                return RenderState(
                    subscriber, link, recorded.IsRepeated ? "repeated" : "saved", recorded.State,
                    recorded.Feedback.Id.ToString(CultureInfo.InvariantCulture));
            case FeedbackResult.UnknownTopic when await FindStateAsync(subscriber, link, stop) is { } state:
                return RenderForm(subscriber, link, state, isUnknownTopic: true);
            default:
                return Gone(subscriber, link);
        }
    }

    public async Task<IResult> UndoAsync(Subscriber subscriber, LinkToken link, string id, CancellationToken stop)
    {
        var isUndone = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) &&
            await feedback.UndoAsync(subscriber.Id, number, stop);
        return RenderState(subscriber, link, isUndone ? "undone" : "nothing_undone",
            await feedback.FindStateAsync(subscriber.Id, link.Subject, stop), undo: null);
    }

    private static bool IsKind(byte choice) => Enum.IsDefined((FeedbackKind)choice);

    private async Task<FeedbackState?> FindStateAsync(Subscriber subscriber, LinkToken link, CancellationToken stop) =>
        link.Choice == 0 || IsKind(link.Choice)
            ? await feedback.FindStateAsync(subscriber.Id, link.Subject, stop)
            : null;

    private IResult RenderForm(Subscriber subscriber, LinkToken link, FeedbackState state, bool isUnknownTopic) =>
        RenderPage(subscriber, link, TemplateModel.Create(
            ("kind", link.Choice == 0 ? null : ((FeedbackKind)link.Choice).ToColumn()),
            ("title", state.Paper.Title),
            ("status", null),
            ("unknown_topic", isUnknownTopic),
            ("others", TemplateModel.List(
                Enum.GetValues<FeedbackKind>().Where(other => (byte)other != link.Choice)
                    .Select(other => TemplateModel.Create(
                ("kind", other.ToColumn()),
                ("url", links.Feedback(subscriber, link.Subject, other, link.IssuedAt)))))),
            ("subjects", CreateSubjects(state))),
            isUnknownTopic ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);

    /// <param name="undo">The feedback that can be undone; null for none.</param>
    private IResult RenderState(
        Subscriber subscriber, LinkToken link, string status, FeedbackState? state, string? undo) =>
        RenderPage(subscriber, link, TemplateModel.Create(
            ("kind", IsKind(link.Choice) ? ((FeedbackKind)link.Choice).ToColumn() : "more"),
            ("title", state?.Paper.Title ?? ""),
            ("status", status),
            ("undo", undo),
            ("subscribed", subscriber.State is SubscriberState.Active or SubscriberState.Paused),
            ("full", state is { IsFull: true } full && full.Subjects.Any(subject => subject.Weight == 0)),
            ("maximum", InterestStore.MaximumPerSubscriber),
            ("subjects", state is null ? TemplateModel.List([]) : CreateSubjects(state))));

    private ScriptArray CreateSubjects(FeedbackState state) => TemplateModel.List(
        state.Subjects.Select(subject => TemplateModel.Create(
            ("id", subject.Id),
            ("value", subject.Value),
            ("kind", InterestModel.DescribeKind(subject.Kind, renderer.Language)),
            ("muted", subject.IsMuted),
            ("strength", InterestModel.DescribeWeight(subject.Weight, renderer.Language)))));

    private IResult RenderPage(
        Subscriber subscriber, LinkToken link, ScriptObject model, int status = StatusCodes.Status200OK)
    {
        model.SetValue("address", subscriber.MaskedAddress, readOnly: true);
        model.SetValue("preferences_url", links.Preferences(subscriber, link.IssuedAt), readOnly: true);
        return renderer.RenderPage(
            "feedback",
            new PageMetadata(renderer.Text("web.feedback.title"), renderer.Text("web.feedback.description"), null),
            model, status);
    }

    private IResult Gone(Subscriber subscriber, LinkToken link) => renderer.RenderMessage(
        renderer.Text("web.feedback.gone"), renderer.Text("web.feedback.gone_text"), StatusCodes.Status410Gone,
        (links.Preferences(subscriber, link.IssuedAt), renderer.Text("web.preferences.title")));
}
