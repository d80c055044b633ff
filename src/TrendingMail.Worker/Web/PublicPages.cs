using System.Globalization;
using System.Security.Cryptography;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Rendering;
using TrendingMail.Storage;

namespace TrendingMail.Worker.Web;

/// <summary>The pages for everyone: editions, papers, and what they are styled with; also the checks of health.</summary>
internal static class PublicPages
{
    /// <summary>Who asks whether this program is ready waits for the answer some seconds at most.</summary>
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(3);

    public static void MapPublicPages(this IEndpointRouteBuilder app)
    {
        app.MapPage("/", NewestAsync).CacheOutput(WebApp.PublicContent);
        app.MapPage("/papers/{**id}", DayOrPaperAsync).CacheOutput(WebApp.PublicContent);
        app.MapPage("/site.css", (Templates templates, HttpContext http) =>
            Asset(templates, http, "web/site.css", "text/css; charset=utf-8"));
        app.MapPage("/site.js", (Templates templates, HttpContext http) =>
            Asset(templates, http, "web/site.js", "text/javascript; charset=utf-8"));
        app.MapPage("/favicon.svg", (Templates templates, HttpContext http) =>
            Asset(templates, http, "web/favicon.svg", "image/svg+xml"));
        app.MapHealth();
    }

    /// <summary>Whether a node lives, and whether it can do its work: for who watches it.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapPage("/healthz/live", () => Results.Text("live"));
        app.MapPage("/healthz/ready", ReadyAsync);
    }

    private static async Task<IResult> NewestAsync(
        EditionStore editions, Pages pages, SiteOptions site, CancellationToken cancellationToken) =>
        await editions.NewestAsync(cancellationToken) is { } edition
            ? await EditionPageAsync(edition, "/", editions, pages, site, cancellationToken)
            : pages.Page("empty", new PageHead("Trending papers", "The first edition is on its way.", "/"), Model.Of());

    private static async Task<IResult> DayOrPaperAsync(
        string? id, EditionStore editions, PaperStore papers, Pages pages, SiteOptions site,
        CancellationToken cancellationToken)
    {
        if (DateOnly.TryParseExact(id, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return await editions.FindAsync(day, cancellationToken) is { } edition
                ? await EditionPageAsync(edition, $"/papers/{id}", editions, pages, site, cancellationToken)
                : pages.NotFound();
        }

        if (ArxivId.Parse(id) is not { } arxivId ||
            await papers.FindByArxivIdAsync(arxivId, cancellationToken) is not { } paper)
        {
            return pages.NotFound();
        }

        // A paper that came late stands in a later edition than that of the day it was listed on.
        var editionDay = paper.Edition is { } number ? await editions.DayOfAsync(number, cancellationToken) : null;
        return PaperPage(paper, editionDay, pages, site);
    }

    private static async Task<IResult> EditionPageAsync(
        Edition edition, string path, EditionStore editions, Pages pages, SiteOptions site,
        CancellationToken cancellationToken)
    {
        var (previous, next) = await editions.NeighboursAsync(edition.Day, cancellationToken);
        var title = Text.Words(edition.Day);
        return pages.Page(
            "edition",
            new PageHead($"Trending papers of {title}", $"{edition.Papers.Count} trending research papers of {title}.", path,
                SchemaOrg.Of(edition, site)),
            Model.Of(
                ("edition", Model.Of(
                    ("number", edition.Number),
                    ("day", Text.Day(edition.Day)),
                    ("title", title),
                    ("total", edition.Papers.Count),
                    ("published", Text.Time(edition.PublishedAt)))),
                ("previous_day", previous is { } p ? Text.Day(p) : null),
                ("next_day", next is { } n ? Text.Day(n) : null),
                ("week", EditionPeriod.WeekOf(edition.Day).Name),
                ("month", EditionPeriod.MonthOf(edition.Day).Name),
                ("is_newest", next is null),
                ("sample", edition.Sample),
                ("papers", Model.List(edition.Papers.Select(e => PaperModel.Of(e.Paper, e.Rank, site))))));
    }

    private static IResult PaperPage(Paper paper, DateOnly? editionDay, Pages pages, SiteOptions site)
    {
        var readable = FrozenPaper.Of(paper);
        var model = PaperModel.Of(readable, 0, site);
        model.SetValue("edition_day", editionDay is { } day ? Text.Day(day) : null, readOnly: true);
        return pages.Page(
            "paper",
            new PageHead(readable.Title, readable.Summary, $"/papers/{paper.ArxivId}", SchemaOrg.Of(readable, site)),
            Model.Of(("paper", model)));
    }

    private static IResult Asset(Templates templates, HttpContext http, string name, string contentType)
    {
        if (templates.ReadFile(name) is not { } bytes)
        {
            return Results.NotFound();
        }

        // Asked about each time and seldom sent again: an operator's change shows at once.
        http.Response.Headers.CacheControl = "public, no-cache";
        var tag = new Microsoft.Net.Http.Headers.EntityTagHeaderValue(
            $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}\"");
        return Results.File(bytes, contentType, entityTag: tag);
    }

    private static async Task<IResult> ReadyAsync(Migrator migrator, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadyLimit);
        try
        {
            // A newer program may have been at the database: what it adds is no matter to this one.
            return await migrator.CurrentVersionAsync(limit.Token) >= migrator.LatestVersion
                ? Results.Text("ready")
                : Results.Text("the schema is not up to date", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception e) when (e is TrendingMailException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Results.Text("the database is out of reach", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
