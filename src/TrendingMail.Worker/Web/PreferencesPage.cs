using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Papers;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Latex;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>The page on which a reader sees and changes everything.</summary>
internal sealed class PreferencesPage(
    Pages pages, Templates templates, ReaderLinks links, InterestStore interests, FeedbackStore feedback, PaperStore papers,
    PaperVocabulary vocabulary, DigestPreview preview, TimeProvider clock)
{
    /// <summary>How many of the reader's opinions are shown, the newest first.</summary>
    private const int Opinions = 20;

    /// <summary>Names that come with the page, for browsers without JavaScript.</summary>
    private const int Suggestions = 60;

    private static readonly string[] Zones =
    [
        .. TimeZoneInfo.GetSystemTimeZones().Where(zone => zone.HasIanaId).Select(zone => zone.Id)
            .Append("UTC").Distinct().Order(StringComparer.Ordinal),
    ];

    /// <param name="saved">What was done just now, in a word or two; null where nothing was.</param>
    public async Task<IResult> ShowAsync(
        Subscriber reader, LinkToken link, PreferencesForm form, InterestsForm added, string? saved, CancellationToken stop,
        int status = StatusCodes.Status200OK)
    {
        // By its path: a form may go to no other origin, and the page may be open under another name.
        var self = new Uri(links.Preferences(reader, link.IssuedAt)).AbsolutePath;
        return pages.Page("preferences", new PageHead("Your preferences", "What comes, when and how.", null), Model.Of(
            ("address", reader.MaskedAddress),
            ("state", reader.State.ToColumn()),
            ("suppressed", reader.Suppression is not null),
            ("saved", saved),
            ("errors", Model.List(form.Errors.Select(e => Model.Of(("field", e.Field), ("message", e.Message))))),
            ("next_digest", reader.NextDueAt is { } due
                ? ReaderModel.When(due, clock.GetUtcNow(), reader.Preferences, pages.Language)
                : null),
            ("preview", reader.NextDueAt is null ? null : await preview.OfAsync(reader, stop)),
            ("prefs", Model.Of(
                ("frequency", form.Frequency),
                ("weekday", form.Weekday),
                ("time", form.Time),
                ("time_zone", form.TimeZone),
                ("papers", form.Papers),
                ("format", form.Format),
                ("language", form.Language),
                ("paused_until", form.PausedUntil))),
            ("zones", Model.List(Zones)),
            ("languages", Model.List(templates.Languages.Select(language => Model.Of(
                ("tag", language.Tag), ("name", language.Name))))),
            ("interests", Model.List((await interests.ListAsync(reader.Id, stop)).Select(InterestModel.Of))),
            ("added", Model.Of(("kind", added.Kind), ("value", added.Value), ("wish", added.Wish))),
            ("kinds", Model.List(Enum.GetValues<InterestKind>().Select(kind => Model.Of(
                ("name", kind.ToColumn()), ("text", InterestModel.Kind(kind)))))),
            ("suggestions", Model.List(await SuggestionsAsync(stop))),
            ("opinions", Model.List(await OpinionsAsync(reader, stop))),
            ("self_url", self),
            ("unsubscribe_url", links.Unsubscribe(reader, link.IssuedAt))), status);
    }

    private async Task<IEnumerable<string>> SuggestionsAsync(CancellationToken stop)
    {
        var names = new List<string>();
        foreach (var kind in (WordKind[])[WordKind.Keyword, WordKind.Organization, WordKind.Category])
        {
            names.AddRange(await vocabulary.MostFrequentAsync(kind, Suggestions, stop));
        }

        return names.Distinct(StringComparer.OrdinalIgnoreCase);
    }

    private async Task<IEnumerable<object?>> OpinionsAsync(Subscriber reader, CancellationToken stop)
    {
        var said = await feedback.ListAsync(reader.Id, Opinions, stop);
        var titles = (await papers.ByIdsAsync([.. said.Select(opinion => opinion.PaperId)], stop))
            .ToDictionary(paper => paper.Id, paper => LatexText.ToReadable(paper.Title));
        return said.Select(opinion => Model.Of(
            ("id", opinion.Id.ToString(CultureInfo.InvariantCulture)),
            ("kind", opinion.Kind.ToColumn()),
            ("title", titles.GetValueOrDefault(opinion.PaperId, "A paper that is not here any more")),
            ("moves", Model.List(opinion.Moves.Select(InterestModel.Of)))));
    }
}
