using TrendingMail.Editions;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Public;

/// <summary>Pages that cover several editions: weeks, months and the archive.</summary>
internal static class PeriodEndpoints
{
    /// <summary>A month has about 600 papers; the page shows the best ones and links to each day.</summary>
    private const int MaximumPapers = 100;

    public static void MapPeriodEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/papers/week/{name}", (string name, EditionStore editions, PageRenderer renderer, SiteOptions site,
            CancellationToken stop) => ShowAsync(
                EditionPeriod.ParseWeek(name), "week", day => EditionPeriod.WeekContaining(day), editions,
                renderer, site, stop))
            .CacheOutput(WebApp.PublicContent);
        app.MapPage("/papers/month/{name}",
            (string name, EditionStore editions, PageRenderer renderer, SiteOptions site,
            CancellationToken stop) => ShowAsync(
                EditionPeriod.ParseMonth(name), "month", day => EditionPeriod.MonthContaining(day), editions,
                renderer, site, stop))
            .CacheOutput(WebApp.PublicContent);
        app.MapPage("/archive", ArchiveAsync).CacheOutput(WebApp.PublicContent);
    }

    private static async Task<IResult> ShowAsync(
        EditionPeriod? period, string kind, Func<DateOnly, EditionPeriod> toPeriod, EditionStore store,
        PageRenderer renderer,
        SiteOptions site, CancellationToken cancellationToken)
    {
        if (period is null || await store.ListBetweenAsync(period.From, period.To, cancellationToken) is not
            { Count: > 0 } editions)
        {
            return renderer.NotFound();
        }

        var (previous, _) = await store.FindAdjacentDaysAsync(period.From, cancellationToken);
        var (_, next) = await store.FindAdjacentDaysAsync(period.To, cancellationToken);
        var all = EditionPeriod.Merge(editions);
        return renderer.RenderPage(
            "period",
            new PageMetadata($"Trending papers in {LowerCaseWeek(period.Title)}",
                $"The best of {all.Count} trending research papers in {LowerCaseWeek(period.Title)}.",
                $"/papers/{kind}/{period.Name}"),
            TemplateModel.Create(
                ("kind", kind),
                ("title", period.Title),
                ("total", all.Count),
                ("days", TemplateModel.List(editions.Select(edition => TemplateModel.Create(
                    ("day", DateFormat.IsoDate(edition.Day)),
                    ("weekday", DateFormat.Weekday(edition.Day)),
                    ("papers", edition.Papers.Count))))),
                ("previous", previous is { } p ? toPeriod(p).Name : null),
                ("next", next is { } n ? toPeriod(n).Name : null),
                ("papers", TemplateModel.List(all.Take(MaximumPapers)
                    .Select(e => PaperModel.Create(e.Paper, e.Rank, site))))));
    }

    private static async Task<IResult> ArchiveAsync(
        EditionStore store, PageRenderer renderer, CancellationToken cancellationToken)
    {
        var editions = await store.ListAsync(int.MaxValue, cancellationToken);
        var months = editions.GroupBy(edition => EditionPeriod.MonthContaining(edition.Day))
            .Select(month => TemplateModel.Create(
            ("name", month.Key.Name),
            ("title", month.Key.Title),
            ("days", TemplateModel.List(month.Select(edition => TemplateModel.Create(
                ("day", DateFormat.IsoDate(edition.Day)),
                ("number", edition.Day.Day),
                ("weekday", DateFormat.Weekday(edition.Day)),
                ("papers", edition.Papers)))))));
        return renderer.RenderPage("archive", new PageMetadata("Archive", "Every edition, by month.", "/archive"),
            TemplateModel.Create(("months", TemplateModel.List(months))));
    }

    // "Week 48" is lower-cased inside a sentence; month names stay capitalized.
    private static string LowerCaseWeek(string title) =>
        title.StartsWith("Week", StringComparison.Ordinal) ? $"w{title[1..]}" : title;
}
