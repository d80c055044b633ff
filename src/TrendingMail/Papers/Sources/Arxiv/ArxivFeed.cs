using System.Xml;
using System.Xml.Linq;
using TrendingMail.Papers.Identifiers;

namespace TrendingMail.Papers.Sources.Arxiv;

/// <summary>The announcement type of a feed entry (https://info.arxiv.org/help/rss_specifications.html).</summary>
public enum Announcement
{
    /// <summary>A new submission.</summary>
    New,

    /// <summary>Cross-listed: new in an additional category.</summary>
    Cross,

    /// <summary>Replaced by a new version, including cross-lists (<c>replace-cross</c>).</summary>
    Replace,
}

/// <summary>A response of arXiv's API or one of its feeds.</summary>
/// <param name="Papers">The valid entries with their announcement type, which is always new from the API.</param>
/// <param name="Problems">One line per skipped entry.</param>
/// <param name="Day">The announcement day; null from the API.</param>
/// <param name="Total">The total number of results of the query; null from a feed, which is always complete.</param>
public sealed record ArxivFeed(
    IReadOnlyList<(ListedPaper Paper, Announcement Announcement)> Papers,
    IReadOnlyList<string> Problems,
    DateOnly? Day,
    int? Total)
{
    private const long MaximumCharacters = 64 << 20;

    /// <summary>Feeds nest four levels deep; reading the text of far deeper elements would exhaust the stack.</summary>
    private const int MaximumDepth = 32;

    /// <summary>Parses Atom (from the API or https://rss.arxiv.org/atom) or RSS 2.0.</summary>
    /// <exception cref="TrendingMailException">It is neither, contains a DTD, or reports an error.</exception>
    public static ArxivFeed Read(byte[] xml)
    {
        var root = Load(xml);
        return root.Name.LocalName switch
        {
            "feed" => ArxivAtom.Read(root),
            "rss" => ArxivRss.Read(root),
            _ => throw new TrendingMailException(
                $"arXiv's response is neither Atom nor RSS (root element <{root.Name.LocalName}>)"),
        };
    }

    /// <summary>Rejects DTDs, which allow reading local files (XXE) and exponential expansion.</summary>
    private static XElement Load(byte[] xml)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = MaximumCharacters,
        };
        try
        {
            CheckDepth(xml, settings);
            using var stream = new MemoryStream(xml);
            using var reader = XmlReader.Create(stream, settings);
            return XDocument.Load(reader).Root!;
        }
        catch (XmlException e)
        {
            throw new TrendingMailException($"arXiv's response is not valid XML: {e.Message}", e);
        }
    }

    private static void CheckDepth(byte[] xml, XmlReaderSettings settings)
    {
        using var stream = new MemoryStream(xml);
        using var reader = XmlReader.Create(stream, settings);
        while (reader.Read())
        {
            if (reader.Depth > MaximumDepth)
            {
                throw new TrendingMailException(
                    $"arXiv's response nests elements more than {MaximumDepth} levels deep; it was discarded");
            }
        }
    }

    /// <summary>The announcement type of an entry; an unknown value counts as new.</summary>
    internal static Announcement ParseAnnouncement(XElement entry) => ArxivXml.Text(entry, "announce_type") switch
    {
        "cross" => Announcement.Cross,
        "replace" or "replace-cross" => Announcement.Replace,
        _ => Announcement.New,
    };

    /// <summary>
    /// Sets the paper's listing day. For a replacement, a feed does not state the original day, so the month of the
    /// identifier serves as a lower bound and the paper is not listed again.
    /// </summary>
    internal static ListedPaper WithListing(ListedPaper paper, Announcement announcement, DateOnly day) =>
        announcement != Announcement.Replace
            ? paper with { ListedOn = day, Listing = ListingKind.Announced }
            : paper with
            {
                ListedOn = ArxivId.MonthOfIdentifier(paper.ArxivId!) ?? day,
                Listing = ListingKind.Inferred
            };
}
