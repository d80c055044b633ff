using System.Text.Json.Nodes;
using TrendingMail.Editions;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Public;

/// <summary>
/// Structured data for search engines: JSON-LD with the vocabulary of https://schema.org. Browsers treat it as data, so
/// it needs no exception in the Content-Security-Policy.
/// </summary>
internal static class SchemaOrg
{
    public static JsonObject Describe(FrozenPaper paper, SiteOptions site) => new()
    {
        ["@context"] = "https://schema.org",
        ["@type"] = "ScholarlyArticle",
        ["headline"] = paper.Title,
        ["abstract"] = paper.Abstract,
        ["url"] = $"{site.BaseUrl}/papers/{paper.ArxivId}",
        ["sameAs"] = $"https://arxiv.org/abs/{paper.ArxivId}",
        ["author"] = new JsonArray([.. paper.Authors.Select(author => (JsonNode)new JsonObject
        {
            ["@type"] = "Person",
            ["name"] = author,
        })]),
        ["keywords"] = string.Join(", ", paper.Keywords),
    };

    public static JsonObject Describe(Edition edition, SiteOptions site) => new()
    {
        ["@context"] = "https://schema.org",
        ["@type"] = "ItemList",
        ["name"] = $"Trending papers for {DateFormat.LongDate(edition.Day)}",
        ["numberOfItems"] = edition.Papers.Count,
        ["itemListElement"] = new JsonArray([.. edition.Papers.Select(entry => (JsonNode)new JsonObject
        {
            ["@type"] = "ListItem",
            ["position"] = entry.Rank,
            ["name"] = entry.Paper.Title,
            ["url"] = PaperModel.PageUrl(entry.Paper, site),
        })]),
    };

    /// <summary>
    /// The script element for the head of a page. The serializer escapes &lt; and &amp;, so no text can close it.
    /// </summary>
    public static RawHtml ToScript(JsonObject data) =>
        new($"<script type=\"application/ld+json\">{data.ToJsonString()}</script>");
}
