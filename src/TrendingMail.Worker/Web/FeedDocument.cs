using System.ServiceModel.Syndication;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;
using TrendingMail.Rendering;

namespace TrendingMail.Worker.Web;

/// <summary>An entry of a feed.</summary>
/// <param name="Id">An address that stays the same.</param>
/// <param name="Url">Where it is read.</param>
/// <param name="Html">What it says.</param>
internal sealed record FeedEntry(string Id, string Url, string Title, string Html, DateTimeOffset At);

/// <summary>A feed, as Atom (RFC 4287) and as JSON Feed 1.1 (https://jsonfeed.org/version/1.1).</summary>
/// <param name="HomePath">The page that shows the same.</param>
/// <param name="Query">What stands behind the feed's own path; empty for none.</param>
/// <param name="Entries">Newest first.</param>
internal sealed record FeedDocument(
    SiteOptions Site, string Title, string Description, string HomePath, string Query, IReadOnlyList<FeedEntry> Entries)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private string Home => Site.BaseUrl + HomePath;

    public IResult ToAtom()
    {
        var self = $"{Site.BaseUrl}/feed.atom{Query}";
        var feed = new SyndicationFeed
        {
            Id = self,
            Title = new TextSyndicationContent(Clean(Title)),
            Description = new TextSyndicationContent(Clean(Description)),
            LastUpdatedTime = Entries.Select(entry => entry.At).DefaultIfEmpty(DateTimeOffset.UnixEpoch).Max(),
            Items = Entries.Select(entry => new SyndicationItem
            {
                Id = entry.Id,
                Title = new TextSyndicationContent(Clean(entry.Title)),
                PublishDate = entry.At,
                LastUpdatedTime = entry.At,
                Content = new TextSyndicationContent(Clean(entry.Html), TextSyndicationContentKind.Html),
                Links = { SyndicationLink.CreateAlternateLink(new Uri(entry.Url), "text/html") },
            }),
        };
        feed.Authors.Add(new SyndicationPerson { Name = Clean(Site.Name) });
        feed.Links.Add(SyndicationLink.CreateSelfLink(new Uri(self), "application/atom+xml"));
        feed.Links.Add(SyndicationLink.CreateAlternateLink(new Uri(Home), "text/html"));

        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false) }))
        {
            feed.GetAtom10Formatter().WriteTo(writer);
        }

        return Finished(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length), "application/atom+xml; charset=utf-8");
    }

    public IResult ToJson() => Finished(JsonSerializer.Serialize(new
    {
        Version = "https://jsonfeed.org/version/1.1",
        Title,
        HomePageUrl = Home,
        FeedUrl = $"{Site.BaseUrl}/feed.json{Query}",
        Description,
        Language = "en",
        Authors = new[] { new { Site.Name, Url = $"{Site.BaseUrl}/" } },
        Items = Entries.Select(entry => new
        {
            entry.Id,
            entry.Url,
            entry.Title,
            ContentHtml = entry.Html,
            DatePublished = entry.At,
        }),
    }, Json), "application/feed+json; charset=utf-8");

    /// <summary>Feeds are asked for again and again: with an entity tag that costs a few bytes.</summary>
    private static PageResult Finished(string text, string contentType) =>
        new(text, StatusCodes.Status200OK, forEveryone: true, finished => finished, contentType);

    /// <summary>Without the characters that XML cannot hold (XML 1.0, section 2.2): one of them would end the feed.</summary>
    internal static string Clean(string text) => string.Concat(text.EnumerateRunes().Where(rune => rune.Value is
        '\t' or '\n' or '\r' or (>= 0x20 and not 0xFFFE and not 0xFFFF)));
}
