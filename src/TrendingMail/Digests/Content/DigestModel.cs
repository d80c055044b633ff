using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Messages;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Digests.Content;

/// <summary>The part of the digest template model that is the same for all subscribers with the same papers.</summary>
internal static class DigestModel
{
    /// <summary>The number of titles that fit into the preview text of mail clients.</summary>
    private const int PreheaderTitles = 2;

    /// <param name="papers">The models from <see cref="CreateEntry"/>.</param>
    public static ScriptObject Create(Digest digest, IScriptObject[] papers, Language language, SiteOptions site) =>
        TemplateModel.Create(
        ("edition", TemplateModel.Create(
            ("number", digest.Number),
            ("title", FormatTitle(digest, language)),
            ("weekly", digest.Weekly),
            ("count", FormatCount(digest, language)),
            ("missing", FormatDaysWithoutEdition(digest, language)),
            ("url", EditionUrl(digest, site)))),
        ("count", digest.Count),
        ("first", digest.Count > 0 ? digest.Papers[0].Paper.Title : null),
        ("has_ai", digest.Papers.Any(selected => selected.Paper.SummaryByAi)),
        ("sections", TemplateModel.List(
        [
            .. CreateSection(language.Text("digest.followed"), papers[..digest.Followed.Count]),
            .. CreateSection(language.Text("digest.trending"), papers[digest.Followed.Count..]),
        ])));

    /// <summary>
    /// The model of a paper in the layout: its position, why it was selected, and the rendered paper.
    /// </summary>
    public static IScriptObject CreateEntry(
        SelectedPaper selected, int index, ModelValues values, Language language,
        SiteOptions site) => values.CreateObject(
        ("rank", index + 1),
        ("first", index == 0),
        ("why", FormatReason(selected.Reason, language)),
        ("title", selected.Paper.Title),
        ("page_url", PaperModel.PageUrl(selected.Paper, site)),
        ("text", values.GetFragment(index, isHtml: false)),
        ("html", values.GetFragment(index, isHtml: true)));

    /// <summary>The model of the paper templates: the same in every digest that contains the paper.</summary>
    /// <param name="isBrief">Without its summary, to limit the size of the message.</param>
    public static ScriptObject CreatePaper(
        SelectedPaper selected, bool isFirst, bool isBrief, Language language, SiteOptions site)
    {
        var model = PaperModel.Create(selected.Paper, 0, site);
        model.SetValue("first", isFirst, readOnly: true);
        model.SetValue("brief", isBrief, readOnly: true);
        model.SetValue("links", CreateLinks(isBrief, model, language), readOnly: true);
        return model;
    }

    /// <summary>The URL of the edition on the web.</summary>
    public static string EditionUrl(Digest digest, SiteOptions site) => digest.Weekly
        ? $"{site.BaseUrl}/papers/week/{EditionPeriod.WeekEnding(digest.Day).Name}"
        : string.Create(CultureInfo.InvariantCulture, $"{site.BaseUrl}/papers/{digest.Day:yyyy-MM-dd}");

    /// <summary>
    /// Complements the subject, which has the first title: the number of papers that match what the subscriber follows,
    /// and the next titles.
    /// </summary>
    public static string Preheader(Digest digest, Language language)
    {
        var titles = digest.Papers.Skip(1).Take(PreheaderTitles).Select(selected => selected.Paper.Title).ToArray();
        var also = titles.Length == 0
            ? "" : language.Text("digest.preheader_also", ("titles", string.Join(" · ", titles)));
        return digest.Followed.Count == 0
            ? also
            : language.Text("digest.preheader_followed", ("count", digest.Followed.Count), ("also", also)).TrimEnd();
    }

    private static string FormatTitle(Digest digest, Language language) => digest.Weekly
        ? language.Text("digest.week",
            ("from", language.FormatShortDate(Digest.WeekEnding(digest.Day)[0])),
            ("to", language.FormatDate(digest.Day)))
        : language.FormatDate(digest.Day);

    private static string FormatCount(Digest digest, Language language) => language.Text(
        $"digest.{(digest.Count < digest.Total ? "some" : "all")}{(digest.Weekly ? "_weekly" : "")}",
        ("count", digest.Count), ("total", digest.Total));

    private static string? FormatDaysWithoutEdition(Digest digest, Language language) =>
        digest.DaysWithoutEdition.Count == 0
        ? null
        : language.Text("digest.no_edition",
            ("days", language.JoinList([.. digest.DaysWithoutEdition.Select(language.FormatShortDate)])));

    private static IEnumerable<ScriptObject> CreateSection(string title, IScriptObject[] papers) =>
        papers.Length == 0 ? [] : [TemplateModel.Create(("title", title), ("papers", TemplateModel.List(papers)))];

    /// <summary>The links to the paper, its PDF, code and project; only the first for a brief paper.</summary>
    private static ScriptArray CreateLinks(bool isBrief, ScriptObject paper, Language language)
    {
        var links = new (string Key, string Member)[]
        {
            ("digest.paper", "abs_url"), ("digest.pdf", "pdf_url"), ("digest.code", "code_url"),
            ("digest.project", "project_url"),
        };
        return TemplateModel.List(links
            .Where(link => paper[link.Member] is not null)
            .Take(isBrief ? 1 : links.Length)
            .Select(link => TemplateModel.Create(("text", language.Text(link.Key)), ("url", paper[link.Member]))));
    }

    private static string? FormatReason(MatchReason? reason, Language language) => reason switch
    {
        null => null,
        { IsByName: true } => language.Text("digest.you_follow", ("interest", reason.Interest.Value)),
        _ => language.Text("digest.you_follow_match", ("interest", reason.Interest.Value), ("words", reason.Words)),
    };
}
