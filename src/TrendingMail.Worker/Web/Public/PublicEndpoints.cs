using System.Globalization;
using System.Security.Cryptography;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Papers.Identifiers;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Public;

/// <summary>The public pages of editions and papers, and their assets.</summary>
internal static class PublicEndpoints
{
    public static void MapPublicEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/", LatestEditionAsync).CacheOutput(WebApp.PublicContent);
        app.MapPage("/papers/{**id}", EditionOrPaperAsync).CacheOutput(WebApp.PublicContent);
        app.MapPage("/site.css", (TemplateLibrary templates, HttpContext http) =>
            Asset(templates, http, "web/site.css", "text/css; charset=utf-8"));
        app.MapPage("/site.js", (TemplateLibrary templates, HttpContext http) =>
            Asset(templates, http, "web/site.js", "text/javascript; charset=utf-8"));
        app.MapPage("/favicon.svg", (TemplateLibrary templates, HttpContext http) =>
            Asset(templates, http, "web/favicon.svg", "image/svg+xml"));
    }

    private static async Task<IResult> LatestEditionAsync(
        EditionStore editions, PageRenderer renderer, SiteOptions site, CancellationToken cancellationToken) =>
        await editions.FindNewestAsync(cancellationToken) is { } edition
            ? await EditionPageAsync(edition, "/", editions, renderer, site, cancellationToken)
            : renderer.RenderPage("empty", new PageMetadata(
                renderer.Text("web.empty.title"), renderer.Text("web.empty.description"), "/"),
                TemplateModel.Create());

    private static async Task<IResult> EditionOrPaperAsync(
        string? id, EditionStore editions, PaperStore papers, PageRenderer renderer, SiteOptions site,
        CancellationToken cancellationToken)
    {
        if (DateOnly.TryParseExact(id, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return await editions.FindAsync(day, cancellationToken) is { } edition
                ? await EditionPageAsync(edition, $"/papers/{id}", editions, renderer, site, cancellationToken)
                : renderer.NotFound();
        }

        if (ArxivId.Find(id) is not { } reference ||
            await papers.FindByArxivIdAsync(reference.Id, cancellationToken) is not { } paper)
        {
            return renderer.NotFound();
        }

        // A paper that was fetched late is in a later edition than that of the day it was listed on.
        var editionDay = paper.Edition is { } number ? await editions.FindDayAsync(number, cancellationToken) : null;
        return PaperPage(paper, editionDay, renderer, site);
    }

    private static async Task<IResult> EditionPageAsync(
        Edition edition, string path, EditionStore editions, PageRenderer renderer, SiteOptions site,
        CancellationToken cancellationToken)
    {
        var (previous, next) = await editions.FindAdjacentDaysAsync(edition.Day, cancellationToken);
        var title = renderer.Language.FormatDate(edition.Day);
        return renderer.RenderPage(
            "edition",
            new PageMetadata(
                renderer.Text("web.edition.title", ("day", title)),
                renderer.Text("web.edition.description", ("count", edition.Papers.Count), ("day", title)), path,
                SchemaOrg.Describe(edition, site)),
            TemplateModel.Create(
                ("edition", TemplateModel.Create(
                    ("number", edition.Number),
                    ("day", DateFormat.IsoDate(edition.Day)),
                    ("title", title),
                    ("total", edition.Papers.Count),
                    ("published", renderer.Language.FormatTime(edition.PublishedAt)))),
                ("previous_day", previous is { } p ? DateFormat.IsoDate(p) : null),
                ("next_day", next is { } n ? DateFormat.IsoDate(n) : null),
                ("week", EditionPeriod.WeekContaining(edition.Day).Name),
                ("month", EditionPeriod.MonthContaining(edition.Day).Name),
                ("is_newest", next is null),
                ("sample", edition.Sample),
                ("papers", TemplateModel.List(edition.Papers.Select(e => PaperModel.Create(e.Paper, e.Rank, site))))));
    }

    private static IResult PaperPage(Paper paper, DateOnly? editionDay, PageRenderer renderer, SiteOptions site)
    {
        var readable = FrozenPaper.From(paper);
        var model = PaperModel.Create(readable, 0, site);
        model.SetValue("edition_day", editionDay is { } day ? DateFormat.IsoDate(day) : null, readOnly: true);
        model.SetValue(
            "edition_title", editionDay is { } date ? renderer.Language.FormatDate(date) : null, readOnly: true);
        return renderer.RenderPage(
            "paper",
            new PageMetadata(
                readable.Title, readable.Summary, $"/papers/{paper.ArxivId}", SchemaOrg.Describe(readable, site)),
            TemplateModel.Create(("paper", model)));
    }

    private static IResult Asset(TemplateLibrary templates, HttpContext http, string name, string contentType)
    {
        if (templates.ReadFile(name) is not { } bytes)
        {
            return Results.NotFound();
        }

        // Always revalidated, so that an operator's change shows at once.
        http.Response.Headers.CacheControl = "public, no-cache";
        var tag = new Microsoft.Net.Http.Headers.EntityTagHeaderValue(
            $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}\"");
        return Results.File(bytes, contentType, entityTag: tag);
    }
}
