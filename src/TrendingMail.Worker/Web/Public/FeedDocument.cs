using System.ServiceModel.Syndication;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Public;

/// <summary>An entry of a feed.</summary>
/// <param name="Id">A permanent URL.</param>
/// <param name="Url">The page of the entry.</param>
/// <param name="Html">The content.</param>
internal sealed record FeedEntry(string Id, string Url, string Title, string Html, DateTimeOffset At);

/// <summary>A feed, as Atom (RFC 4287) and as JSON Feed 1.1 (https://jsonfeed.org/version/1.1).</summary>
/// <param name="HomePath">The path of the page with the same content.</param>
/// <param name="Query">The query string of the feed's own URL; may be empty.</param>
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
            Title = new TextSyndicationContent(RemoveInvalidXmlCharacters(Title)),
            Description = new TextSyndicationContent(RemoveInvalidXmlCharacters(Description)),
            LastUpdatedTime = Entries.Select(entry => entry.At).DefaultIfEmpty(DateTimeOffset.UnixEpoch).Max(),
            Items = Entries.Select(entry => new SyndicationItem
            {
                Id = entry.Id,
                Title = new TextSyndicationContent(RemoveInvalidXmlCharacters(entry.Title)),
                PublishDate = entry.At,
                LastUpdatedTime = entry.At,
                Content = new TextSyndicationContent(
                    RemoveInvalidXmlCharacters(entry.Html), TextSyndicationContentKind.Html),
                Links = { SyndicationLink.CreateAlternateLink(new Uri(entry.Url), "text/html") },
            }),
        };
        feed.Authors.Add(new SyndicationPerson { Name = RemoveInvalidXmlCharacters(Site.Name) });
        feed.Links.Add(SyndicationLink.CreateSelfLink(new Uri(self), "application/atom+xml"));
        feed.Links.Add(SyndicationLink.CreateAlternateLink(new Uri(Home), "text/html"));

        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false) }))
        {
            feed.GetAtom10Formatter().WriteTo(writer);
        }

        return CreateResult(
            Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length), "application/atom+xml; charset=utf-8");
    }

    public IResult ToJson() => CreateResult(JsonSerializer.Serialize(new
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

    /// <summary>Feeds are polled: an entity tag reduces most responses to a few bytes.</summary>
    private static PageResult CreateResult(string text, string contentType) =>
        new(text, StatusCodes.Status200OK, isPublic: true, finished => finished, contentType: contentType);

    /// <summary>
    /// Removes characters that XML does not allow (XML 1.0, section 2.2): one would make the feed unreadable.
    /// </summary>
    internal static string RemoveInvalidXmlCharacters(string text) =>
        string.Concat(text.EnumerateRunes().Where(rune => rune.Value is
        '\t' or '\n' or '\r' or (>= 0x20 and not 0xFFFE and not 0xFFFF)));
}
