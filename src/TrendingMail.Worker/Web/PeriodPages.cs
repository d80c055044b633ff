using TrendingMail.Editions;
using TrendingMail.Rendering;

namespace TrendingMail.Worker.Web;

/// <summary>The pages over several editions: a week, a month, and the archive of all months.</summary>
internal static class PeriodPages
{
    /// <summary>A month brings some 600 papers; the page shows the best, and links to each day.</summary>
    private const int Shown = 100;

    public static void MapPeriodPages(this IEndpointRouteBuilder app)
    {
        app.MapPage("/papers/week/{name}", (string name, EditionStore editions, Pages pages, SiteOptions site,
            CancellationToken stop) => ShowAsync(
                EditionPeriod.ParseWeek(name), "week", day => EditionPeriod.WeekOf(day), editions, pages, site, stop))
            .CacheOutput(WebApp.PublicContent);
        app.MapPage("/papers/month/{name}", (string name, EditionStore editions, Pages pages, SiteOptions site,
            CancellationToken stop) => ShowAsync(
                EditionPeriod.ParseMonth(name), "month", day => EditionPeriod.MonthOf(day), editions, pages, site, stop))
            .CacheOutput(WebApp.PublicContent);
        app.MapPage("/archive", ArchiveAsync).CacheOutput(WebApp.PublicContent);
    }

    private static async Task<IResult> ShowAsync(
        EditionPeriod? period, string kind, Func<DateOnly, EditionPeriod> of, EditionStore store, Pages pages,
        SiteOptions site, CancellationToken cancellationToken)
    {
        if (period is null || await store.BetweenAsync(period.From, period.To, cancellationToken) is not
            { Count: > 0 } editions)
        {
            return pages.NotFound();
        }

        var (previous, _) = await store.NeighboursAsync(period.From, cancellationToken);
        var (_, next) = await store.NeighboursAsync(period.To, cancellationToken);
        var all = EditionPeriod.Merge(editions);
        return pages.Page(
            "period",
            new PageHead($"Trending papers of {Lower(period.Title)}",
                $"The best of {all.Count} trending research papers of {Lower(period.Title)}.", $"/papers/{kind}/{period.Name}"),
            Model.Of(
                ("kind", kind),
                ("title", period.Title),
                ("total", all.Count),
                ("days", Model.List(editions.Select(edition => Model.Of(
                    ("day", Text.Day(edition.Day)),
                    ("weekday", Text.Weekday(edition.Day)),
                    ("papers", edition.Papers.Count))))),
                ("previous", previous is { } p ? of(p).Name : null),
                ("next", next is { } n ? of(n).Name : null),
                ("papers", Model.List(all.Take(Shown).Select(e => PaperModel.Of(e.Paper, e.Rank, site))))));
    }

    private static async Task<IResult> ArchiveAsync(EditionStore store, Pages pages, CancellationToken cancellationToken)
    {
        var editions = await store.ListAsync(int.MaxValue, cancellationToken);
        var months = editions.GroupBy(edition => EditionPeriod.MonthOf(edition.Day)).Select(month => Model.Of(
            ("name", month.Key.Name),
            ("title", month.Key.Title),
            ("days", Model.List(month.Select(edition => Model.Of(
                ("day", Text.Day(edition.Day)),
                ("number", edition.Day.Day),
                ("weekday", Text.Weekday(edition.Day)),
                ("papers", edition.Papers)))))));
        return pages.Page("archive", new PageHead("Archive", "Every edition, by month.", "/archive"),
            Model.Of(("months", Model.List(months))));
    }

    // A week is no name; a month is.
    private static string Lower(string title) => title.StartsWith("Week", StringComparison.Ordinal) ? $"w{title[1..]}" : title;
}
