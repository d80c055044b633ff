using System.Globalization;
using System.Xml.Linq;
using TrendingMail.Papers.Identifiers;

namespace TrendingMail.Papers.Sources.Arxiv;

/// <summary>
/// Parses RSS 2.0 from https://rss.arxiv.org/rss, one day's announcement. See
/// https://info.arxiv.org/help/rss_specifications.html.
/// </summary>
internal static class ArxivRss
{
    public static ArxivFeed Read(XElement rss)
    {
        if (ArxivXml.Elements(rss, "channel").FirstOrDefault() is not { } channel)
        {
            throw new TrendingMailException("arXiv's feed has no channel");
        }

        var feedDay = Day(ArxivXml.Text(channel, "pubDate")) ?? Day(ArxivXml.Text(channel, "lastBuildDate"));
        var papers = new List<(ListedPaper, Announcement)>();
        var problems = new List<string>();
        var number = 0;
        foreach (var item in ArxivXml.Elements(channel, "item"))
        {
            number++;
            var announcement = ArxivFeed.ParseAnnouncement(item);
            var (paper, problem) = ReadItem(item, announcement, feedDay);
            if (paper is not null)
            {
                papers.Add((paper, announcement));
            }
            else
            {
                problems.Add($"entry {number}: {problem}");
            }
        }

        return new ArxivFeed(papers, problems, feedDay, null);
    }

    private static (ListedPaper? Paper, string? Problem) ReadItem(
        XElement item, Announcement announcement, DateOnly? feedDay)
    {
        var name = ArxivXml.Text(item, "guid") ?? ArxivXml.Text(item, "link");
        if ((ArxivId.Find(name) ?? ArxivId.Find(ArxivXml.Text(item, "link"))) is not { } id)
        {
            return (null, $"'{name}' does not identify a paper");
        }

        if (ArxivXml.Text(item, "title") is not { } title)
        {
            return (null, $"{id.Id} has no title");
        }

        if (ArxivXml.StripAbstractPrefix(ArxivXml.Text(item, "description")) is not { } summary)
        {
            return (null, $"{id.Id} has no abstract");
        }

        if ((feedDay ?? Day(ArxivXml.Text(item, "pubDate"))) is not { } day)
        {
            return (null, $"{id.Id} has no announcement date");
        }

        return (ArxivFeed.WithListing(new ListedPaper
        {
            ArxivId = id.Id,
            Version = id.Version,
            Doi = Doi.Parse(ArxivXml.Text(item, "DOI") ?? ArxivXml.Text(item, "doi")),
            Title = title,
            Abstract = summary,
            Authors = [.. ArxivXml.Elements(item, "creator").SelectMany(creator => ArxivXml.Authors(creator.Value))],
            Keywords = [],
            Categories = ArxivXml.Categories(
                ArxivXml.Elements(item, "category").Select(category => (string?)category.Value)),
            ListedOn = day,
            AsOf = new DateTimeOffset(day, default, TimeSpan.Zero),
        }, announcement, day), null);
    }

    /// <summary>The date in the (RFC 822) timestamp's own zone: batches are dated midnight in New York.</summary>
    private static DateOnly? Day(string? text) => DateTimeOffset.TryParse(
        WithNumericZone(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
        ? DateOnly.FromDateTime(instant.DateTime)
        : null;

    /// <summary>Replaces the zone names of RFC 822, which .NET does not parse.</summary>
    private static string? WithNumericZone(string? text) => text?
        .Replace(" EST", " -0500", StringComparison.Ordinal)
        .Replace(" EDT", " -0400", StringComparison.Ordinal);
}
