using System.Text.Json;
using TrendingMail.Papers;
using TrendingMail.Papers.Sources.Arxiv;

namespace TrendingMail.Tests.Papers.Sources.Arxiv;

public sealed class ArxivFeedTests
{
    [Fact]
    public void AllFieldsOfAnApiEntryAreRead()
    {
        var feed = ArxivResponses.Read(
            ArxivResponses.Atom(1, ArxivResponses.Entry("2611.00001v2", more: "<arxiv:doi>10.1000/ABC</arxiv:doi>")));

        var paper = Assert.Single(feed.Papers).Paper;
        Assert.Equal(("2611.00001", 2, "10.1000/abc"), (paper.ArxivId, paper.Version, paper.Doi));
        Assert.Equal("About 2611.00001v2, with $x < y$.", paper.Abstract);
        Assert.Equal(["Ada Quill", "Ben Ortiz"], paper.Authors);
        Assert.Equal(["stat.ML", "cs.LG"], paper.Categories);
        Assert.Equal(new DateTimeOffset(2026, 11, 19, 20, 0, 0, TimeSpan.Zero), paper.PublishedAt);
        Assert.Equal(new DateOnly(2026, 11, 23), paper.ListedOn);
        Assert.False(paper.HasCounts);
        Assert.Equal((1, null), (feed.Total, feed.Day));
    }

    [Fact]
    public void OldIdentifiersAreRead()
    {
        var paper = ArxivResponses.Read(
            ArxivResponses.Atom(1, ArxivResponses.Entry("math/0309136v1", "2003-09-08T10:00:00Z"))).Papers[0].Paper;

        Assert.Equal(("math/0309136", 1), (paper.ArxivId, paper.Version));
    }

    [Fact]
    public void AnUnknownIdentifierIsSkipped()
    {
        var feed = ArxivResponses.Read(ArxivResponses.Atom(2,
            "<entry><id>http://arxiv.org/abs/9999.99999</id></entry>", ArxivResponses.Entry("2611.00001v1")));

        Assert.Equal(["entry 1: 9999.99999 has no title; arXiv may not know the paper"], feed.Problems);
        Assert.Single(feed.Papers);
    }

    [Fact]
    public void AnErrorFeedThrows()
    {
        var fault = Assert.Throws<TrendingMailException>(() => ArxivResponses.Read(ArxivResponses.Atom(1, """
            <entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id><title>Error</title>
            <summary>incorrect id format for abc</summary></entry>
            """)));

        Assert.Equal("arXiv rejected the query: incorrect id format for abc", fault.Message);
    }

    [Fact]
    public void ADtdIsRejected()
    {
        const string Bomb = """
            <?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
            <feed xmlns="http://www.w3.org/2005/Atom"><title>&b;</title></feed>
            """;

        Assert.Contains("DTD", Assert.Throws<TrendingMailException>(() => ArxivResponses.Read(Bomb)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void DeeplyNestedElementsAreRejected()
    {
        var text = string.Concat(Enumerable.Repeat("<a>", 200_000)) + string.Concat(Enumerable.Repeat("</a>", 200_000));

        Assert.Contains("32 levels deep", Assert.Throws<TrendingMailException>(() => ArxivResponses.Read(
            ArxivResponses.Atom(1, ArxivResponses.Entry("2611.00001v1", more: text)))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("()")]
    [InlineData("Jr,")]
    [InlineData("a,")]
    [InlineData(" and ")]
    public void HostileAuthorsAreReadInLinearTime(string piece)
    {
        const int Count = 100_000;
        var nested = string.Concat(Enumerable.Repeat("(", Count)) + string.Concat(Enumerable.Repeat(")", Count));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var authors = ArxivXml.Authors($"A. Quill {nested}, {string.Concat(Enumerable.Repeat(piece, Count))}");

        Assert.StartsWith("A. Quill", authors.First(), StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("A. Quill (Harbour (Lane) Lab), B. Ortiz", "A. Quill|B. Ortiz")]
    [InlineData("A. Quill (Harbour, B. Ortiz (Lab)", "A. Quill (Harbour|B. Ortiz")]
    [InlineData("A. Quill) and B. Ortiz, Jr., III", "A. Quill)|B. Ortiz, Jr.|III")]
    public void AffiliationsAreDroppedAndSuffixesKept(string line, string names) =>
        Assert.Equal(names, string.Join('|', ArxivXml.Authors(line)));

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-05T00:00:00+14:00")]
    [InlineData("1990-12-31T00:00:00Z")]
    [InlineData("2091-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void AnEntryWithADateFarOffIsSetAside(string published)
    {
        var feed = ArxivResponses.Read(ArxivResponses.Atom(1, ArxivResponses.Entry("2611.00001v1", published)));

        Assert.Empty(feed.Papers);
        Assert.Single(feed.Problems);
    }

    [Theory]
    [InlineData("<html><body>Please wait</body></html>", "neither Atom nor RSS")]
    [InlineData("Rate exceeded.", "not valid XML")]
    [InlineData("", "not valid XML")]
    [InlineData("<rss version=\"2.0\"></rss>", "no channel")]
    public void OtherResponsesThrow(string text, string fault) =>
        Assert.Contains(fault, Assert.Throws<TrendingMailException>(() => ArxivResponses.Read(text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void AllFieldsOfAFeedItemAreRead()
    {
        var feed = ArxivResponses.Read(ArxivResponses.Rss("Mon, 23 Nov 2026 00:00:00 -0500",
            ArxivResponses.Item(
                "2611.00001v1", creator: "Ada Quill (1 and (2)), Ben Ortiz, Jr., Chen Yu ((1) A, B, (2) C)",
                more: "<arxiv:DOI>10.1000/x</arxiv:DOI>")));

        var (paper, announcement) = Assert.Single(feed.Papers);
        Assert.Equal(Announcement.New, announcement);
        Assert.Equal(("2611.00001", 1, "10.1000/x"), (paper.ArxivId, paper.Version, paper.Doi));
        Assert.Equal("About 2611.00001v1.", paper.Abstract);
        Assert.Equal(["Ada Quill", "Ben Ortiz, Jr.", "Chen Yu"], paper.Authors);
        Assert.Equal(["cs.LG", "cs.AI"], paper.Categories);
        Assert.Equal(new DateOnly(2026, 11, 23), paper.ListedOn);
        Assert.Equal((null, new DateOnly(2026, 11, 23)), (feed.Total, feed.Day));
    }

    [Theory]
    [InlineData("new", Announcement.New, "2026-11-23", ListingKind.Announced)]
    [InlineData("cross", Announcement.Cross, "2026-11-23", ListingKind.Announced)]
    [InlineData("replace", Announcement.Replace, "2024-02-01", ListingKind.Inferred)]
    [InlineData("replace-cross", Announcement.Replace, "2024-02-01", ListingKind.Inferred)]
    public void AReplacementIsNotListedAgain(
        string announce, Announcement announcement, string day, ListingKind listingKind)
    {
        var feed = ArxivResponses.Read(
            ArxivResponses.Rss("Mon, 23 Nov 2026 00:00:00 -0500", ArxivResponses.Item("2402.00001v3", announce)));

        var entry = Assert.Single(feed.Papers);
        Assert.Equal((announcement, DateOnly.Parse(day, null), listingKind),
            (entry.Announcement, entry.Paper.ListedOn, entry.Paper.Listing));
    }

    [Theory]
    [InlineData("Mon, 23 Nov 2026 00:00:00 -0500")]
    [InlineData("Mon, 23 Nov 2026 00:00:00 EST")]
    [InlineData("Mon, 23 Nov 2026 05:00:00 GMT")]
    public void TheDayOfABatchIsTheDateInItsOwnZone(string pubDate) =>
        Assert.Equal(new DateOnly(2026, 11, 23), ArxivResponses.Read(ArxivResponses.Rss(pubDate)).Day);

    [Fact]
    public void AnAtomFeedHasAnnouncementTypes()
    {
        var feed = ArxivResponses.Read(ArxivResponses.Atom(null, """
            <entry><id>oai:arXiv.org:2611.00001v1</id><title>T</title><updated>2026-11-23T05:00:00Z</updated>
            <summary>arXiv:2611.00001v1 Announce Type: cross
            Abstract: A.</summary><category term="cs.LG"/><published>2026-11-23T00:00:00-05:00</published>
            <arxiv:announce_type>cross</arxiv:announce_type>
            <dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ada Quill, Ben Ortiz</dc:creator></entry>
            """));

        var (paper, announcement) = Assert.Single(feed.Papers);
        Assert.Equal(Announcement.Cross, announcement);
        Assert.Equal(("A.", new DateOnly(2026, 11, 23), null), (paper.Abstract, paper.ListedOn, paper.PublishedAt));
        Assert.Equal(["Ada Quill", "Ben Ortiz"], paper.Authors);
        Assert.Equal(new DateOnly(2026, 11, 23), feed.Day);
    }

    [Fact]
    public void RecordedApiResponsesAreRead()
    {
        // The recorded responses are outside the repository and may be missing. The tests above cover the same ground.
        var folder = Repository.Sample("arxiv");
        var papers = 0;
        foreach (var file in folder is null ? [] : Directory.EnumerateFiles(folder, "*.json"))
        {
            using var recording = JsonDocument.Parse(File.ReadAllText(file));
            var body = recording.RootElement.GetProperty("body").GetString()!;
            if (recording.RootElement.GetProperty("status_code").GetInt32() != 200)
            {
                Assert.Contains(
                    "rejected", Assert.Throws<TrendingMailException>(() => ArxivResponses.Read(body)).Message,
                    StringComparison.Ordinal);
                continue;
            }

            var feed = ArxivResponses.Read(body);
            Assert.Empty(feed.Problems);
            Assert.Equal(body.Split("<entry>").Length - 1, feed.Papers.Count);
            Assert.NotNull(feed.Total);
            Assert.All(feed.Papers, entry =>
            {
                Assert.NotEmpty(entry.Paper.Authors);
                Assert.NotEmpty(entry.Paper.Categories);
                Assert.NotNull(entry.Paper.Version);
            });
            papers += feed.Papers.Count;
        }

        Assert.Equal(folder is null ? 0 : 23, papers);
    }
}
