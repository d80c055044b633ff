using System.Globalization;
using System.Xml.Linq;

namespace TrendingMail.Papers.Arxiv;

/// <summary>
/// Atom as arXiv's API writes it (https://info.arxiv.org/help/api/user-manual.html, section 4), and as its feeds do, with
/// an <c>announce_type</c> for each entry.
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
        foreach (var entry in ArxivXml.All(feed, "entry"))
        {
            number++;
            RefuseError(entry);
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

            // In a feed, "published" and "updated" are of the announcement.
            announces = true;
            var announcement = ArxivFeed.AnnouncementOf(entry);
            var day = Day(ArxivXml.Text(entry, "published")) ?? Day(ArxivXml.Text(feed, "updated")) ?? paper.ListedOn;
            papers.Add((ArxivFeed.Dated(paper with { PublishedAt = null }, announcement, day), announcement));
        }

        var total = int.TryParse(ArxivXml.Text(feed, "totalResults"), NumberStyles.None, CultureInfo.InvariantCulture, out var t)
            ? t
            : (int?)null;
        var isFeed = announces || (total is null && number == 0);
        return new ArxivFeed(papers, problems,
            isFeed && updated is not null ? Day(ArxivXml.Text(feed, "updated")) : null, isFeed ? null : total ?? number);
    }

    /// <summary>An error comes as a feed with one entry that says it (section 3.4 of the manual).</summary>
    private static void RefuseError(XElement entry)
    {
        if (ArxivXml.Text(entry, "id") is { } id && id.Contains("/api/errors", StringComparison.Ordinal))
        {
            throw new TrendingMailException($"arXiv refused the question: {ArxivXml.Text(entry, "summary") ?? id}");
        }
    }

    private static (ListedPaper? Paper, string? Problem) ReadEntry(XElement entry)
    {
        var name = ArxivXml.Text(entry, "id");
        if (ArxivId.Find(name) is not { } id)
        {
            return (null, $"'{name}' is no address of a paper");
        }

        // An identifier that arXiv does not know may come back as an entry with little more than that.
        if (ArxivXml.Text(entry, "title") is not { } title)
        {
            return (null, $"{id.Id} has no title; arXiv may not know it");
        }

        if (ArxivXml.Abstract(ArxivXml.Text(entry, "summary")) is not { } summary)
        {
            return (null, $"{id.Id} has no abstract");
        }

        if (Instant(entry, "published") is not { } published)
        {
            return (null, $"{id.Id} does not say when it was published");
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
                .. ArxivXml.All(entry, "primary_category").Select(Term),
                .. ArxivXml.All(entry, "category").Select(Term),
            ]),
            ListedOn = ArxivCalendar.AnnouncedOn(published),
            Listing = Listing.Announced,
            PublishedAt = published,
            AsOf = Instant(entry, "updated") ?? published,
        }, null);
    }

    private static string[] Authors(XElement entry) =>
        ArxivXml.All(entry, "author").Select(author => ArxivXml.Text(author, "name")).OfType<string>().ToArray() is { Length: > 0 } names
            ? names
            : [.. ArxivXml.All(entry, "creator").SelectMany(creator => ArxivXml.Authors(creator.Value))];

    private static string? Term(XElement category) => category.Attribute("term")?.Value;

    private static DateTimeOffset? Instant(XElement parent, string name) =>
        DateTimeOffset.TryParse(ArxivXml.Text(parent, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var instant)
            ? instant
            : null;

    /// <summary>The date that an instant names in its own zone: a batch is dated by midnight in New York.</summary>
    private static DateOnly? Day(string? instant) =>
        DateTimeOffset.TryParse(instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
            ? DateOnly.FromDateTime(parsed.DateTime)
            : null;
}
