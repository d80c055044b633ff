using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Digests.Planning;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Papers;
using TrendingMail.Papers.Texts;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>Renders the preferences page.</summary>
internal sealed class PreferencesPage(
    PageRenderer renderer, TemplateLibrary templates, SubscriberLinks links, InterestStore interests,
    FeedbackStore feedback, PaperStore papers,
    PaperVocabulary vocabulary, DigestPreview preview, NextDigest next, TimeProvider clock)
{
    /// <summary>The number of feedback entries shown, newest first.</summary>
    private const int MaximumFeedback = 20;

    /// <summary>Suggestions included in the page for browsers without JavaScript.</summary>
    private const int MaximumSuggestions = 60;

    private static readonly DayOfWeek[] Weekdays =
    [
        DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday,
        DayOfWeek.Saturday, DayOfWeek.Sunday,
    ];

    private static readonly string[] TimeZones =
    [
        .. TimeZoneInfo.GetSystemTimeZones().Where(zone => zone.HasIanaId).Select(zone => zone.Id)
            .Append("UTC").Distinct().Order(StringComparer.Ordinal),
    ];

    private PageMetadata Metadata => new(
        renderer.Text("web.preferences.title"), renderer.Text("web.preferences.description"), null);

    /// <param name="message">The key of a short message about the action just completed; null for none.</param>
    public async Task<IResult> ShowAsync(
        Subscriber subscriber, LinkToken link, PreferencesForm form, InterestsForm added, string? message,
        CancellationToken stop)
    {
        // Saving may just have changed the language.
        PageLanguage.Use(subscriber.Preferences.Language);
        return renderer.RenderPage(
            "preferences", Metadata, await CreateModelAsync(subscriber, link, form, added, message, [], stop));
    }

    /// <summary>Shows the form again with what was entered.</summary>
    public async Task<IResult> ShowErrorsAsync(
        Subscriber subscriber, LinkToken link, PreferencesForm form, InterestsForm added,
        IReadOnlyList<FormError> errors, CancellationToken stop) => renderer.RenderPage(
            "preferences", Metadata, await CreateModelAsync(subscriber, link, form, added, null, errors, stop),
            StatusCodes.Status400BadRequest);

    private async Task<ScriptObject> CreateModelAsync(
        Subscriber subscriber, LinkToken link, PreferencesForm form, InterestsForm added, string? message,
        IReadOnlyList<FormError> errors, CancellationToken stop) => TemplateModel.Create(
        ("address", subscriber.MaskedAddress),
        ("state", subscriber.State.ToColumn()),
        ("suppressed", subscriber.Suppression is not null),
        ("saved", message is null ? null : renderer.Text(message)),
        ("errors", TemplateModel.List(errors.Select(error => TemplateModel.Create(
            ("field", error.Field), ("message", renderer.Language.Sentence(error.Message)))))),
        ("next_digest", await next.FindAsync(subscriber, stop) is { } due
            ? SubscriberModel.FormatSendTime(due, clock.GetUtcNow(), subscriber.Preferences, renderer.Language)
            : null),
        ("preview", subscriber.NextDueAt is null
            ? null : await preview.CreateModelAsync(subscriber, renderer.Language, stop)),
        ("prefs", CreateModel(form)),
        ("weekdays", TemplateModel.List(Weekdays.Select(day => TemplateModel.Create(
            ("value", day.ToColumn()), ("name", renderer.Language.WeekdayName(day)))))),
        ("zones", TemplateModel.List(TimeZones)),
        ("languages", TemplateModel.List(templates.Languages.Select(language => TemplateModel.Create(
            ("tag", language.Tag), ("name", language.Name))))),
        ("interests", TemplateModel.List((await interests.ListAsync(subscriber.Id, stop))
            .Select(interest => InterestModel.From(interest, renderer.Language)))),
        ("added", TemplateModel.Create(("kind", added.Kind), ("value", added.Value), ("choice", added.Choice))),
        ("kinds", TemplateModel.List(Enum.GetValues<InterestKind>().Select(kind => TemplateModel.Create(
            ("name", kind.ToColumn()), ("text", InterestModel.DescribeKind(kind, renderer.Language)))))),
        ("has_categories", await vocabulary.HasAnyAsync(VocabularyKind.Category, stop)),
        ("suggestions", TemplateModel.List(await GetSuggestionsAsync(stop))),
        ("feedback", TemplateModel.List(await GetFeedbackAsync(subscriber, stop))),

        // Only the path: the policy allows forms to post to the same origin only, and the page may be open under
        // another host.
        ("self_url", new Uri(links.Preferences(subscriber, link.IssuedAt)).AbsolutePath),
        ("unsubscribe_url", links.Unsubscribe(subscriber, link.IssuedAt)));

    private static ScriptObject CreateModel(PreferencesForm form) => TemplateModel.Create(
        ("frequency", form.Frequency),
        ("weekday", form.Weekday),
        ("time", form.Time),
        ("time_zone", form.TimeZone),
        ("papers", form.Papers),
        ("format", form.Format),
        ("language", form.Language),
        ("paused_until", form.PausedUntil));

    private async Task<IEnumerable<string>> GetSuggestionsAsync(CancellationToken stop)
    {
        var names = new List<string>();
        foreach (var kind in (VocabularyKind[])[VocabularyKind.Keyword, VocabularyKind.Organization,
            VocabularyKind.Category])
        {
            names.AddRange(await vocabulary.MostFrequentAsync(kind, MaximumSuggestions, stop));
        }

        return names.Distinct(StringComparer.OrdinalIgnoreCase);
    }

    private async Task<IEnumerable<object?>> GetFeedbackAsync(Subscriber subscriber, CancellationToken stop)
    {
        var entries = await feedback.ListAsync(subscriber.Id, MaximumFeedback, stop);
        var titles = (await papers.ListByIdsAsync([.. entries.Select(entry => entry.PaperId)], stop))
            .ToDictionary(paper => paper.Id, paper => paper.Title);
        return entries.Select(entry => TemplateModel.Create(
            ("id", entry.Id.ToString(CultureInfo.InvariantCulture)),
            ("kind", entry.Kind.ToColumn()),
            ("title", titles.GetValueOrDefault(entry.PaperId, renderer.Text("web.preferences.gone_paper"))),
            ("changes", TemplateModel.List(entry.WeightChanges.Select(
                change => InterestModel.From(change, renderer.Language))))));
    }
}
