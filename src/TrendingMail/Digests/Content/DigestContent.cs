using Scriban.Runtime;
using TrendingMail.Messages;
using TrendingMail.Messages.Mime;
using TrendingMail.Subscribers;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Digests.Content;

/// <summary>
/// The content of a digest: a layout with the papers as fragments. The objects <c>subscriber</c> and <c>links</c> of
/// the templates belong to one subscriber; everything else is the same for everyone who gets these papers.
/// </summary>
internal sealed class DigestContent(Digest digest, SubscriberLinks links, SiteOptions site) : SharedContent
{
    // The numbers of the subscriber's values.
    private const int Address = 0;

    private const int Schedule = 1;

    private const int Preferences = 2;

    private const int Unsubscribe = 3;

    private const int View = 4;

    /// <summary>The common prefix of the subscriber's feedback URLs.</summary>
    private const int Feedback = 5;

    public override string Template => "digest";

    public override string FragmentTemplate => "paper";

    public override string Key => digest.SelectionKey;

    public override string ArchiveUrl => DigestModel.EditionUrl(digest, site);

    public override DateTimeOffset LinksIssuedAt => digest.PublishedAt;

    public override int ValueCount => Feedback + 1;

    public override int FragmentCount => digest.Papers.Count;

    public override ReadOnlySpan<char> WriteValue(int number, Recipient recipient, Span<char> buffer)
    {
        var (subscriber, issuedAt) = (recipient.Subscriber, LinksIssuedAt);
        return number switch
        {
            Address => subscriber.Address,
            Schedule => SubscriberModel.FormatSchedule(subscriber.Preferences, recipient.Language),
            Preferences => links.WritePreferences(subscriber, issuedAt, buffer),
            Unsubscribe => links.WriteUnsubscribe(recipient.UnsubscribeToken, buffer),
            View => links.WriteView(subscriber, digest.Day, digest.Weekly, issuedAt, buffer),
            Feedback => links.WriteFeedback(subscriber, issuedAt, buffer),
            _ => throw new ArgumentOutOfRangeException(nameof(number), number, null),
        };
    }

    public override (object Source, long Id) GetFragmentKey(int index) =>
        (digest.Papers[index].Paper, digest.Papers[index].PaperId);

    public override ScriptObject CreateModel(Language language, ModelValues values)
    {
        var papers = digest.Papers
            .Select((selected, index) => DigestModel.CreateEntry(selected, index, values, language, site)).ToArray();
        var model = DigestModel.Create(digest, papers, language, site);
        model.SetValue("subscriber", values.CreateObject(
            ("address", values.Get(Address)), ("schedule", values.Get(Schedule))), readOnly: true);
        model.SetValue("links", values.CreateObject(
            ("preferences", values.Get(Preferences)),
            ("unsubscribe", values.Get(Unsubscribe)),
            ("view", values.Get(View))), readOnly: true);
        return model;
    }

    public override ScriptObject CreateFragmentModel(int index, bool isBrief, Language language, ModelValues values)
    {
        var selected = digest.Papers[index];
        return TemplateModel.Create(
            ("paper", DigestModel.CreatePaper(selected, isFirst: index == 0, isBrief, language, site)),
            ("links", values.CreateObject(
                ("feedback", values.Get(Feedback, SubscriberLinks.FeedbackSuffix(selected.PaperId))),
                ("more", values.Get(Feedback, SubscriberLinks.FeedbackSuffix(selected.PaperId, FeedbackKind.More))),
                ("less", values.Get(Feedback, SubscriberLinks.FeedbackSuffix(selected.PaperId, FeedbackKind.Less))),
                ("mute", values.Get(Feedback, SubscriberLinks.FeedbackSuffix(selected.PaperId, FeedbackKind.Mute))))));
    }

    public override string FormatPreheader(Language language) => DigestModel.Preheader(digest, language);
}
