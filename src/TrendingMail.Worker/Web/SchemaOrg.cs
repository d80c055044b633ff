using System.Text.Json.Nodes;
using TrendingMail.Editions;
using TrendingMail.Rendering;

namespace TrendingMail.Worker.Web;

/// <summary>
/// What pages are about, for search engines: JSON-LD in the words of https://schema.org. It is data and no script: a
/// browser does not run it, so the policy that runs only our own file stays whole.
/// </summary>
internal static class SchemaOrg
{
    public static JsonObject Of(FrozenPaper paper, SiteOptions site) => new()
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

    public static JsonObject Of(Edition edition, SiteOptions site) => new()
    {
        ["@context"] = "https://schema.org",
        ["@type"] = "ItemList",
        ["name"] = $"Trending papers of {Text.Words(edition.Day)}",
        ["numberOfItems"] = edition.Papers.Count,
        ["itemListElement"] = new JsonArray([.. edition.Papers.Select(entry => (JsonNode)new JsonObject
        {
            ["@type"] = "ListItem",
            ["position"] = entry.Rank,
            ["name"] = entry.Paper.Title,
            ["url"] = PaperModel.PageUrl(entry.Paper, site),
        })]),
    };

    /// <summary>The element for a page's head. The serializer escapes &lt; and &amp;, so that no text can end it.</summary>
    public static RawHtml Script(JsonObject facts) =>
        new($"<script type=\"application/ld+json\">{facts.ToJsonString()}</script>");
}
