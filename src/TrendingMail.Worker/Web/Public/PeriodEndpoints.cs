using System.Globalization;
using TrendingMail.Editions;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Worker.Web.Public;

/// <summary>Pages that cover several editions: weeks, months and the archive.</summary>
internal static class PeriodEndpoints
{
    /// <summary>As many as an edition has: a month has about 600 papers.</summary>
    internal const int PageSize = 25;

    public static void MapPeriodEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/papers/week/{name}", (string name, string? page, EditionStore editions, PageRenderer renderer,
            SiteOptions site, CancellationToken stop) => ShowAsync(
                EditionPeriod.ParseWeek(name), "week", page, day => EditionPeriod.WeekContaining(day), editions,
                renderer, site, stop))
            .CacheOutput(WebApp.PublicPages);
        app.MapPage("/papers/month/{name}", (string name, string? page, EditionStore editions, PageRenderer renderer,
            SiteOptions site, CancellationToken stop) => ShowAsync(
                EditionPeriod.ParseMonth(name), "month", page, day => EditionPeriod.MonthContaining(day), editions,
                renderer, site, stop))
            .CacheOutput(WebApp.PublicPages);
        app.MapPage("/archive", ArchiveAsync).CacheOutput(WebApp.PublicContent);
    }

    private static async Task<IResult> ShowAsync(
        EditionPeriod? period, string kind, string? page, Func<DateOnly, EditionPeriod> toPeriod, EditionStore store,
        PageRenderer renderer, SiteOptions site, CancellationToken cancellationToken)
    {
        if (period is null || await store.ListBetweenAsync(period.From, period.To, cancellationToken) is not
            { Count: > 0 } editions)
        {
            return renderer.NotFound();
        }

        var (previous, _) = await store.FindAdjacentDaysAsync(period.From, cancellationToken);
        var (_, next) = await store.FindAdjacentDaysAsync(period.To, cancellationToken);
        var all = EditionPeriod.Merge(editions);
        var pages = Math.Max(1, (all.Count + PageSize - 1) / PageSize);
        if (ParsePage(page, pages) is not { } number)
        {
            return renderer.NotFound();
        }

        var shown = all.Skip((number - 1) * PageSize).Take(PageSize).ToArray();
        var title = FormatTitle(period, kind, renderer.Language);
        var path = $"/papers/{kind}/{period.Name}";
        return renderer.RenderPage(
            "period",
            new PageMetadata(renderer.Text("web.period.title", ("period", title)),
                renderer.Text("web.period.description", ("total", all.Count), ("period", title)),
                number > 1 ? string.Create(CultureInfo.InvariantCulture, $"{path}?page={number}") : path),
            TemplateModel.Create(
                ("kind", kind),
                ("title", title),
                ("total", all.Count),
                ("self", site.BasePath + path),
                ("page_number", number),
                ("pages", pages),
                ("first", ((number - 1) * PageSize) + 1),
                ("last", ((number - 1) * PageSize) + shown.Length),
                ("days", TemplateModel.List(editions.Select(edition => TemplateModel.Create(
                    ("day", DateFormat.IsoDate(edition.Day)),
                    ("weekday", renderer.Language.WeekdayName(edition.Day.DayOfWeek)),
                    ("papers", edition.Papers.Count))))),
                ("previous", previous is { } p ? toPeriod(p).Name : null),
                ("previous_name", previous is { } before ? FormatName(before) : null),
                ("next", next is { } n ? toPeriod(n).Name : null),
                ("next_name", next is { } after ? FormatName(after) : null),
                ("papers", TemplateModel.List(shown.Select(e => PaperModel.Create(e.Paper, e.Rank, site))))));

        string FormatName(DateOnly day) => renderer.Text(
            kind == "week" ? "web.period.name_week" : "web.period.name_month", ("name", toPeriod(day).Name));
    }

    /// <summary>The number of a page that exists; null for any other text.</summary>
    internal static int? ParsePage(string? text, int pages) =>
        text is null ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) &&
            number >= 1 && number <= pages ? number : null;

    private static async Task<IResult> ArchiveAsync(
        EditionStore store, PageRenderer renderer, CancellationToken cancellationToken)
    {
        var editions = await store.ListAsync(int.MaxValue, cancellationToken);
        var months = editions.GroupBy(edition => EditionPeriod.MonthContaining(edition.Day))
            .Select(month => TemplateModel.Create(
            ("name", month.Key.Name),
            ("title", renderer.Language.FormatMonth(month.Key.From)),
            ("days", TemplateModel.List(month.Select(edition => TemplateModel.Create(
                ("day", DateFormat.IsoDate(edition.Day)),
                ("number", edition.Day.Day),
                ("weekday", renderer.Language.WeekdayName(edition.Day.DayOfWeek)),
                ("papers", edition.Papers)))))));
        return renderer.RenderPage("archive", new PageMetadata(
                renderer.Text("web.archive.title"), renderer.Text("web.archive.description"), "/archive"),
            TemplateModel.Create(("months", TemplateModel.List(months))));
    }

    private static string FormatTitle(EditionPeriod period, string kind, Language language)
    {
        var (from, to) = (("from", language.FormatDay(period.From)), ("to", language.FormatDay(period.To)));
        return kind switch
        {
            "month" => language.FormatMonth(period.From),
            // The days of a weekly digest need not be a week of the calendar.
            _ when period.From.DayOfWeek != DayOfWeek.Monday => language.Text("web.period.days_from_to", from, to),
            _ => language.Text(
                "web.period.week", ("number", ISOWeek.GetWeekOfYear(period.From.ToDateTime(default))), from, to),
        };
    }
}
