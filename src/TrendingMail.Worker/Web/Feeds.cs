using System.ServiceModel.Syndication;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;
using TrendingMail.Editions;
using TrendingMail.Rendering;

namespace TrendingMail.Worker.Web;

/// <summary>The editions as feeds: Atom (RFC 4287) and JSON Feed 1.1 (https://jsonfeed.org/version/1.1).</summary>
internal static class Feeds
{
    private const int Entries = 14;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void MapFeeds(this IEndpointRouteBuilder app)
    {
        app.MapPage("/feed.atom", AtomAsync).CacheOutput(WebApp.PublicContent);
        app.MapPage("/feed.json", JsonAsync).CacheOutput(WebApp.PublicContent);
    }

    private static async Task<IResult> AtomAsync(
        EditionStore store, Pages pages, SiteOptions site, CancellationToken cancellationToken)
    {
        var entries = await EntriesAsync(store, pages, site, cancellationToken);
        var feed = new SyndicationFeed
        {
            Id = $"{site.BaseUrl}/feed.atom",
            Title = new TextSyndicationContent(site.Name),
            Description = new TextSyndicationContent("The day's trending research papers"),
            LastUpdatedTime = entries.Count > 0 ? entries[0].Edition.PublishedAt : DateTimeOffset.UnixEpoch,
            Items = entries.Select(entry => new SyndicationItem
            {
                Id = entry.Url,
                Title = new TextSyndicationContent(entry.Title),
                PublishDate = entry.Edition.PublishedAt,
                LastUpdatedTime = entry.Edition.PublishedAt,
                Content = new TextSyndicationContent(entry.Html, TextSyndicationContentKind.Html),
                Links = { SyndicationLink.CreateAlternateLink(new Uri(entry.Url), "text/html") },
            }),
        };
        feed.Authors.Add(new SyndicationPerson { Name = site.Name });
        feed.Links.Add(SyndicationLink.CreateSelfLink(new Uri($"{site.BaseUrl}/feed.atom"), "application/atom+xml"));
        feed.Links.Add(SyndicationLink.CreateAlternateLink(new Uri($"{site.BaseUrl}/"), "text/html"));

        using var bytes = new MemoryStream();
        await using (var writer = XmlWriter.Create(bytes, new XmlWriterSettings
        {
            Async = true, CheckCharacters = true, Encoding = new UTF8Encoding(false),
        }))
        {
            feed.GetAtom10Formatter().WriteTo(writer);
        }

        return Results.Bytes(bytes.ToArray(), "application/atom+xml; charset=utf-8");
    }

    private static async Task<IResult> JsonAsync(
        EditionStore store, Pages pages, SiteOptions site, CancellationToken cancellationToken)
    {
        var entries = await EntriesAsync(store, pages, site, cancellationToken);
        return Results.Json(new
        {
            Version = "https://jsonfeed.org/version/1.1",
            Title = site.Name,
            HomePageUrl = $"{site.BaseUrl}/",
            FeedUrl = $"{site.BaseUrl}/feed.json",
            Description = "The day's trending research papers",
            Language = "en",
            Authors = new[] { new { site.Name, Url = $"{site.BaseUrl}/" } },
            Items = entries.Select(entry => new
            {
                Id = entry.Url,
                entry.Url,
                entry.Title,
                ContentHtml = entry.Html,
                DatePublished = entry.Edition.PublishedAt,
            }),
        }, Json, "application/feed+json; charset=utf-8");
    }

    private static async Task<IReadOnlyList<Entry>> EntriesAsync(
        EditionStore store, Pages pages, SiteOptions site, CancellationToken cancellationToken)
    {
        var entries = new List<Entry>();
        foreach (var summary in await store.ListAsync(Entries, cancellationToken))
        {
            if (await store.FindAsync(summary.Day, cancellationToken) is { } edition)
            {
                entries.Add(new Entry(
                    edition,
                    $"{site.BaseUrl}/papers/{Text.Day(edition.Day)}",
                    $"{Text.Words(edition.Day)}: {edition.Papers.Count} papers",
                    pages.Fragment("feed_edition", Model.Of(
                        ("papers", Model.List(edition.Papers.Select(e => PaperModel.Of(e.Paper, e.Rank, site))))))));
            }
        }

        return entries;
    }

    private sealed record Entry(Edition Edition, string Url, string Title, string Html);
}
