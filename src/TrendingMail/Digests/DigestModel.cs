using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Digests.Matching;
using TrendingMail.Editions;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Languages;

namespace TrendingMail.Digests;

/// <summary>What the digest's templates see that is the same for all readers of a variant.</summary>
public static class DigestModel
{
    /// <summary>Titles that the line after the subject holds in a mail program's list.</summary>
    private const int PreheaderTitles = 2;

    /// <param name="papers">See <see cref="Entry"/>, each with its card.</param>
    public static ScriptObject Of(Digest digest, IScriptObject[] papers, Language language, SiteOptions site) => Model.Of(
        ("edition", Model.Of(
            ("number", digest.Number),
            ("title", Title(digest, language)),
            ("weekly", digest.Weekly),
            ("count", Count(digest, language)),
            ("missing", Missing(digest, language)),
            ("url", Url(digest, site)))),
        ("count", digest.Count),
        ("first", digest.Papers.FirstOrDefault()?.Paper.Title),
        ("has_ai", digest.Papers.Any(chosen => chosen.Paper.SummaryByAi)),
        ("sections", Model.List(
        [
            .. Section(language.Text("digest.followed"), papers[..digest.Followed.Count]),
            .. Section(language.Text("digest.trending"), papers[digest.Followed.Count..]),
        ])));

    /// <summary>What the frame sees of a paper: its place, and what brought it there.</summary>
    public static ScriptObject Entry(ChosenPaper chosen, int place, Language language, SiteOptions site) => Model.Of(
        ("rank", place + 1),
        ("first", place == 0),
        ("why", Why(chosen.Why, language)),
        ("title", chosen.Paper.Title),
        ("page_url", PaperModel.PageUrl(chosen.Paper, site)));

    /// <summary>What a paper's templates see: the same in every digest that has it.</summary>
    public static ScriptObject Paper(ChosenPaper chosen, bool isFirst, Language language, SiteOptions site)
    {
        var model = PaperModel.Of(chosen.Paper, 0, site);
        var (names, others) = AuthorLine.Named(chosen.Paper.Authors);
        model.SetValue("first", isFirst, readOnly: true);
        model.SetValue("names", names, readOnly: true);
        model.SetValue("others", others, readOnly: true);
        model.SetValue("brief", chosen.Brief, readOnly: true);
        model.SetValue("links", Links(chosen, model, language), readOnly: true);
        return model;
    }

    /// <summary>Where the edition stands on the web.</summary>
    public static string Url(Digest digest, SiteOptions site) => digest.Weekly
        ? $"{site.BaseUrl}/papers/week/{EditionPeriod.WeekOf(digest.Day).Name}"
        : string.Create(CultureInfo.InvariantCulture, $"{site.BaseUrl}/papers/{digest.Day:yyyy-MM-dd}");

    /// <summary>
    /// Adds to the subject, which has the first title: how many papers are on what the reader follows, and the next titles.
    /// </summary>
    public static string Preheader(Digest digest, Language language)
    {
        var titles = digest.Papers.Skip(1).Take(PreheaderTitles).Select(chosen => chosen.Paper.Title).ToArray();
        var also = titles.Length == 0 ? "" : language.Text("digest.preheader_also", ("titles", string.Join(" · ", titles)));
        return digest.Followed.Count == 0
            ? also
            : language.Text("digest.preheader_followed", ("count", digest.Followed.Count), ("also", also)).TrimEnd();
    }

    private static string Title(Digest digest, Language language) => digest.Weekly
        ? language.Text("digest.week",
            ("from", language.ShortDay(Digest.WeekOf(digest.Day)[0])), ("to", language.Day(digest.Day)))
        : language.Day(digest.Day);

    private static string Count(Digest digest, Language language) => language.Text(
        $"digest.{(digest.Count < digest.Total ? "some" : "all")}{(digest.Weekly ? "_weekly" : "")}",
        ("count", digest.Count), ("total", digest.Total));

    private static string? Missing(Digest digest, Language language) => digest.DaysWithout.Count == 0
        ? null
        : language.Text("digest.no_edition", ("days", language.List([.. digest.DaysWithout.Select(language.ShortDay)])));

    private static IEnumerable<ScriptObject> Section(string title, IScriptObject[] papers) =>
        papers.Length == 0 ? [] : [Model.Of(("title", title), ("papers", Model.List(papers)))];

    /// <summary>What can be opened: the paper, its PDF, code and project; of a brief one only the first.</summary>
    private static ScriptArray Links(ChosenPaper chosen, ScriptObject paper, Language language)
    {
        var links = new (string Key, string Member)[]
        {
            ("digest.paper", "abs_url"), ("digest.pdf", "pdf_url"), ("digest.code", "code_url"), ("digest.project", "project_url"),
        };
        return Model.List(links
            .Where(link => paper[link.Member] is not null)
            .Take(chosen.Brief ? 1 : links.Length)
            .Select(link => Model.Of(("text", language.Text(link.Key)), ("url", paper[link.Member]))));
    }

    private static string? Why(MatchReason? why, Language language) => why switch
    {
        null => null,
        { IsByName: true } => language.Text("digest.you_follow", ("interest", why.Interest.Value)),
        _ => language.Text("digest.you_follow_match", ("interest", why.Interest.Value), ("words", why.Words)),
    };
}
