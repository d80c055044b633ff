using TrendingMail.Papers;

namespace TrendingMail.Tests.Papers;

public sealed class PaperFactsTests
{
    private static readonly ListedPaper Paper = TestPapers.Listed("2611.00001");

    /// <summary>Reports that conflict in every field, some with the same timestamp.</summary>
    private static readonly (string Source, ListedPaper Paper)[] Reports =
    [
        ("HuggingFace", Paper with { Title = "From the list", AiSummary = "Short.", Upvotes = 7, Keywords = ["a"] }),
        ("HuggingFace", Paper with { Title = "From the list, corrected", Upvotes = 9, Stars = 2 }),
        ("HuggingFace", Paper with { ListedOn = TestPapers.Day.AddDays(2), Submitter = "Maren Holt",
            CodeUrl = "https://example.org/1" }),
        ("Arxiv", Paper with { Title = "First version", Version = 1, Categories = ["cs.LG"],
            ListedOn = TestPapers.Day.AddDays(-1), Listing = ListingKind.Announced }),
        ("Arxiv", Paper with { Title = "Second version", Version = 2, Categories = ["cs.LG", "cs.AI"],
            ListedOn = new DateOnly(2026, 11, 1), Listing = ListingKind.Inferred }),
        ("Arxiv", Paper with { Title = "First version", Version = 1,
            AsOf = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero) }),
        ("File", Paper with { Title = "From a file", Doi = "10.1000/x", Organization = "Harbour Lane" }),
        ("File", Paper with { Title = "From another file", Organization = "Saltmarsh", Authors = [] }),
        ("Sample", Paper with { Title = "Invented", Comments = 5 }),
    ];

    [Fact]
    public void MergingIsOrderIndependentAndIdempotent()
    {
        var expected = Merge(Reports);
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var shuffled = Reports.Concat(Reports.Take(random.Next(4))).OrderBy(_ => random.Next()).ToArray();
            var cut = random.Next(1, shuffled.Length);
            var merged = PaperFacts.Merge(Merge(shuffled[cut..]), Merge(shuffled[..cut]));

            Assert.True(merged.HasSameContentAs(expected));
            Assert.Equal(expected.FieldVersions, merged.FieldVersions);
        }
    }

    [Fact]
    public void TheNewestValueOfEachFieldWins()
    {
        var facts = Merge(Reports);

        Assert.Equal("Second version", facts.Title);
        Assert.Equal(["cs.LG", "cs.AI"], facts.Categories);
        Assert.Equal(["v1", "v2"], facts.Versions);
        Assert.Equal(("Short.", "Saltmarsh", "Maren Holt"), (facts.AiSummary, facts.Organization, facts.Submitter));
        Assert.Equal((10, 5, 2), (facts.Upvotes, facts.Comments, facts.Stars));
        Assert.Equal(["Arxiv", "File", "HuggingFace", "Sample"], facts.Sources);
        Assert.Equal("HuggingFace", facts.Source);
    }

    [Fact]
    public void AListedDayBeatsAnAnnouncedOneAndThatAnInferredOne()
    {
        Assert.Equal(new DateOnly(2026, 11, 1), Merge([Reports[4]]).ListedOn);
        Assert.Equal(TestPapers.Day.AddDays(-1), Merge([Reports[4], Reports[3]]).ListedOn);
        Assert.Equal(TestPapers.Day, Merge([Reports[4], Reports[3], Reports[0], Reports[2]]).ListedOn);
    }

    [Fact]
    public void OfTwoReportsOfTheSameDayTheOneWithMoreVotesWins() =>
        Assert.Equal("From the list, corrected", Merge([Reports[1], Reports[0]]).Title);

    private static PaperFacts Merge(IEnumerable<(string Source, ListedPaper Paper)> reports) => reports
        .Select(report => PaperFacts.From(report.Paper, report.Source, DateTimeOffset.UnixEpoch))
        .Aggregate(PaperFacts.Merge);
}
