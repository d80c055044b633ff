using System.Text;
using System.Xml.Linq;
using TrendingMail.Editions;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Public;

/// <summary>robots.txt (RFC 9309) and the sitemap (https://www.sitemaps.org/protocol.html).</summary>
internal static class SitemapEndpoints
{
    /// <summary>The protocol's limit for one file: enough for a century of editions.</summary>
    private const int MaximumUrls = 50_000;

    private static readonly XNamespace Namespace = "http://www.sitemaps.org/schemas/sitemap/0.9";

    public static void MapSitemapEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/robots.txt", (SiteOptions site) => Results.Text($"""
            User-agent: *
            Disallow: {site.BasePath}/confirm/
            Disallow: {site.BasePath}/preferences/
            Disallow: {site.BasePath}/unsubscribe/
            Disallow: {site.BasePath}/feedback/
            Disallow: {site.BasePath}/not-me/
            Disallow: {site.BasePath}/return/
            Disallow: {site.BasePath}/move/
            Disallow: {site.BasePath}/move-back/
            Disallow: {site.BasePath}/view/
            Disallow: {site.BasePath}/export/
            Disallow: {site.BasePath}/change-address/
            Disallow: {site.BasePath}/erase/
            Disallow: {site.BasePath}/outbox
            Disallow: {site.BasePath}/search

            Sitemap: {site.BaseUrl}/sitemap.xml

            """));
        app.MapPage("/sitemap.xml", ShowAsync).CacheOutput(WebApp.PublicContent);
    }

    private static async Task<IResult> ShowAsync(
        EditionStore store, SiteOptions site, CancellationToken cancellationToken)
    {
        var editions = await store.ListAsync(MaximumUrls - 2, cancellationToken);
        var urls = new List<XElement> { Url($"{site.BaseUrl}/"), Url($"{site.BaseUrl}/archive") };
        urls.AddRange(
            editions.Select(
                edition => Url($"{site.BaseUrl}/papers/{DateFormat.IsoDate(edition.Day)}", edition.PublishedAt)));
        var document = new XDocument(new XElement(Namespace + "urlset", urls));
        return Results.Text(
            $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{document}\n", "application/xml", Encoding.UTF8);
    }

    private static XElement Url(string address, DateTimeOffset? changed = null) =>
        new(Namespace + "url",
            new XElement(Namespace + "loc", address),
            changed is { } at ? new XElement(Namespace + "lastmod", at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ",
                System.Globalization.CultureInfo.InvariantCulture)) : null);
}
