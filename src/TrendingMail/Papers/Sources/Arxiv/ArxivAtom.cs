using System.Globalization;
using System.Xml.Linq;
using TrendingMail.Papers.Identifiers;

namespace TrendingMail.Papers.Sources.Arxiv;

/// <summary>
/// Parses Atom, both from arXiv's API (https://info.arxiv.org/help/api/user-manual.html, section 4) and from its feeds,
/// whose entries have an <c>announce_type</c>.
/// </summary>
internal static class ArxivAtom
{
    public static ArxivFeed Read(XElement feed)
    {
        var updated = Instant(feed, "updated");
        var papers = new List<(ListedPaper, Announcement)>();
        var problems = new List<string>();
        var announces = false;
        var number = 0;
        foreach (var entry in ArxivXml.Elements(feed, "entry"))
        {
            number++;
            ThrowIfError(entry);
            var (paper, problem) = ReadEntry(entry);
            if (paper is null)
            {
                problems.Add($"entry {number}: {problem}");
                continue;
            }

            if (ArxivXml.Text(entry, "announce_type") is null)
            {
                papers.Add((paper, Announcement.New));
                continue;
            }

            // In a feed, "published" and "updated" refer to the announcement, not to the paper.
            announces = true;
            var announcement = ArxivFeed.ParseAnnouncement(entry);
            var day = Day(ArxivXml.Text(entry, "published")) ?? Day(ArxivXml.Text(feed, "updated")) ?? paper.ListedOn;
            papers.Add((ArxivFeed.WithListing(paper with { PublishedAt = null }, announcement, day), announcement));
        }

        var total = int.TryParse(
            ArxivXml.Text(feed, "totalResults"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : (int?)null;
        var isFeed = announces || (total is null && number == 0);
        return new ArxivFeed(papers, problems,
            isFeed && updated is not null ? Day(ArxivXml.Text(feed, "updated")) : null,
            isFeed ? null : total ?? number);
    }

    /// <summary>The API reports an error as a feed with a single entry (section 3.4 of the manual).</summary>
    private static void ThrowIfError(XElement entry)
    {
        if (ArxivXml.Text(entry, "id") is { } id && id.Contains("/api/errors", StringComparison.Ordinal))
        {
            throw new TrendingMailException($"arXiv rejected the query: {ArxivXml.Text(entry, "summary") ?? id}");
        }
    }

    private static (ListedPaper? Paper, string? Problem) ReadEntry(XElement entry)
    {
        var name = ArxivXml.Text(entry, "id");
        if (ArxivId.Find(name) is not { } id)
        {
            return (null, $"'{name}' is not the URL of a paper");
        }

        // For an unknown identifier, arXiv may return an entry with little more than the identifier.
        if (ArxivXml.Text(entry, "title") is not { } title)
        {
            return (null, $"{id.Id} has no title; arXiv may not know the paper");
        }

        if (ArxivXml.StripAbstractPrefix(ArxivXml.Text(entry, "summary")) is not { } summary)
        {
            return (null, $"{id.Id} has no abstract");
        }

        if (Instant(entry, "published") is not { } published)
        {
            return (null, $"{id.Id} has no publication date");
        }

        if (published.Year is < ArxivCalendar.FirstYear or > ArxivCalendar.LastYear)
        {
            return (null, $"{id.Id} has the publication date {published:yyyy-MM-dd}, which cannot be right");
        }

        return (new ListedPaper
        {
            ArxivId = id.Id,
            Version = id.Version,
            Doi = Doi.Parse(ArxivXml.Text(entry, "doi") ?? ArxivXml.Text(entry, "DOI")),
            Title = title,
            Abstract = summary,
            Authors = Authors(entry),
            Keywords = [],
            Categories = ArxivXml.Categories(
            [
                .. ArxivXml.Elements(entry, "primary_category").Select(Term),
                .. ArxivXml.Elements(entry, "category").Select(Term),
            ]),
            ListedOn = ArxivCalendar.AnnouncementDay(published),
            Listing = ListingKind.Announced,
            PublishedAt = published,
            AsOf = Instant(entry, "updated") ?? published,
        }, null);
    }

    private static string[] Authors(XElement entry) =>
        ArxivXml.Elements(entry, "author").Select(author => ArxivXml.Text(author, "name")).OfType<string>()
            .ToArray() is { Length: > 0 } names
            ? names
            : [.. ArxivXml.Elements(entry, "creator").SelectMany(creator => ArxivXml.Authors(creator.Value))];

    private static string? Term(XElement category) => category.Attribute("term")?.Value;

    private static DateTimeOffset? Instant(XElement parent, string name) =>
        DateTimeOffset.TryParse(
            ArxivXml.Text(parent, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var instant)
            ? instant
            : null;

    /// <summary>The date in the timestamp's own zone: batches are dated midnight in New York.</summary>
    private static DateOnly? Day(string? instant) =>
        DateTimeOffset.TryParse(instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
            ? DateOnly.FromDateTime(parsed.DateTime)
            : null;
}
