using System.Xml;
using System.Xml.Linq;

namespace TrendingMail.Papers.Arxiv;

/// <summary>How a feed announces a paper. See https://info.arxiv.org/help/rss_specifications.html.</summary>
public enum Announcement
{
    /// <summary>Submitted since the last announcement.</summary>
    New,

    /// <summary>Put into another category as well: new in that one.</summary>
    Cross,

    /// <summary>Replaced by a new version; also where it is only cross-listed (<c>replace-cross</c>).</summary>
    Replace,
}

/// <summary>An answer of arXiv, from the API or a feed.</summary>
/// <param name="Papers">What could be read, with how it was announced; the API announces nothing, and all is new.</param>
/// <param name="Problems">One line for each entry that was set aside.</param>
/// <param name="Day">The day of the announcement; null from the API.</param>
/// <param name="Total">How many papers there are in all; null from a feed, which is whole.</param>
public sealed record ArxivFeed(
    IReadOnlyList<(ListedPaper Paper, Announcement Announcement)> Papers,
    IReadOnlyList<string> Problems,
    DateOnly? Day,
    int? Total)
{
    private const long MaximumCharacters = 64 << 20;

    /// <summary>Reads Atom, as the API and https://rss.arxiv.org/atom give it, or RSS 2.0.</summary>
    /// <exception cref="TrendingMailException">It is neither, it holds a DTD, or it is arXiv's word of an error.</exception>
    public static ArxivFeed Read(byte[] xml)
    {
        var root = Load(xml);
        return root.Name.LocalName switch
        {
            "feed" => ArxivAtom.Read(root),
            "rss" => ArxivRss.Read(root),
            _ => throw new TrendingMailException($"arXiv's answer is neither Atom nor RSS (it begins with <{root.Name.LocalName}>)"),
        };
    }

    /// <summary>No DTD: it could name files of ours, or grow without end.</summary>
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
            using var stream = new MemoryStream(xml);
            using var reader = XmlReader.Create(stream, settings);
            return XDocument.Load(reader).Root!;
        }
        catch (XmlException e)
        {
            throw new TrendingMailException($"arXiv's answer is no XML that can be read: {e.Message}", e);
        }
    }

    /// <summary>How an entry says that it is announced; a word that is not known counts as new.</summary>
    internal static Announcement AnnouncementOf(XElement entry) => ArxivXml.Text(entry, "announce_type") switch
    {
        "cross" => Announcement.Cross,
        "replace" or "replace-cross" => Announcement.Replace,
        _ => Announcement.New,
    };

    /// <summary>
    /// The paper with its day: a replacement's own day is not known from a feed, only that it is not before the month in
    /// its identifier. So it never counts as listed anew.
    /// </summary>
    internal static ListedPaper Dated(ListedPaper paper, Announcement announcement, DateOnly day) =>
        announcement != Announcement.Replace
            ? paper with { ListedOn = day, Listing = Listing.Announced }
            : paper with { ListedOn = ArxivId.Month(paper.ArxivId!) ?? day, Listing = Listing.Inferred };
}
