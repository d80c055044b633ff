using System.Globalization;
using System.Xml.Linq;

namespace TrendingMail.Papers.Arxiv;

/// <summary>
/// RSS 2.0 as https://rss.arxiv.org/rss gives it: one day's announcement. See
/// https://info.arxiv.org/help/rss_specifications.html.
/// </summary>
internal static class ArxivRss
{
    public static ArxivFeed Read(XElement rss)
    {
        if (ArxivXml.All(rss, "channel").FirstOrDefault() is not { } channel)
        {
            throw new TrendingMailException("arXiv's feed has no channel");
        }

        var feedDay = Day(ArxivXml.Text(channel, "pubDate")) ?? Day(ArxivXml.Text(channel, "lastBuildDate"));
        var papers = new List<(ListedPaper, Announcement)>();
        var problems = new List<string>();
        var number = 0;
        foreach (var item in ArxivXml.All(channel, "item"))
        {
            number++;
            var announcement = ArxivFeed.AnnouncementOf(item);
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
            return (null, $"'{name}' is no name of a paper");
        }

        if (ArxivXml.Text(item, "title") is not { } title)
        {
            return (null, $"{id.Id} has no title");
        }

        if (ArxivXml.Abstract(ArxivXml.Text(item, "description")) is not { } summary)
        {
            return (null, $"{id.Id} has no abstract");
        }

        if ((feedDay ?? Day(ArxivXml.Text(item, "pubDate"))) is not { } day)
        {
            return (null, $"{id.Id} does not say when it was announced");
        }

        return (ArxivFeed.Dated(new ListedPaper
        {
            ArxivId = id.Id,
            Version = id.Version,
            Doi = Doi.Parse(ArxivXml.Text(item, "DOI") ?? ArxivXml.Text(item, "doi")),
            Title = title,
            Abstract = summary,
            Authors = [.. ArxivXml.All(item, "creator").SelectMany(creator => ArxivXml.Authors(creator.Value))],
            Keywords = [],
            Categories = ArxivXml.Categories(ArxivXml.All(item, "category").Select(category => (string?)category.Value)),
            ListedOn = day,
            AsOf = new DateTimeOffset(day, default, TimeSpan.Zero),
        }, announcement, day), null);
    }

    /// <summary>The date that a feed's time names in its own zone (RFC 822): a batch is dated by midnight in New York.</summary>
    private static DateOnly? Day(string? text) => DateTimeOffset.TryParse(
        Zoned(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
        ? DateOnly.FromDateTime(instant.DateTime)
        : null;

    /// <summary>RFC 822's names of zones, which .NET does not read.</summary>
    private static string? Zoned(string? text) => text?
        .Replace(" EST", " -0500", StringComparison.Ordinal)
        .Replace(" EDT", " -0400", StringComparison.Ordinal);
}
