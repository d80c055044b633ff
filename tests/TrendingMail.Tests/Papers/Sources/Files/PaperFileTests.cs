using System.Text;
using TrendingMail.Papers.Sources;
using TrendingMail.Papers.Sources.Files;

namespace TrendingMail.Tests.Papers.Sources.Files;

public sealed class PaperFileTests
{
    private const string Plain = """
        {"arxiv_id": "2611.00001v2", "doi": "https://doi.org/10.1000/ABC", "title": "A plain paper", "abstract": "All of it.",
         "authors": ["Ada Quill", "Ben Ortiz"], "categories": ["cs.LG"], "keywords": ["plainness"], "ai_summary": "In short.",
         "organization": "Harbour Lane", "upvotes": 12, "comments": 3, "stars": 40, "submitter": "Maren Holt",
         "code_url": "https://example.org/code", "project_url": "javascript:alert(1)", "thumbnail_url": "https://example.org/t.png",
         "listed_on": "2026-11-20", "published_at": "2026-11-18T09:00:00Z", "updated_at": "2026-11-23T08:00:00Z"}
        """;

    private static readonly DateOnly Day = new(2026, 11, 23);

    [Theory]
    [InlineData("[{0}]")]
    [InlineData("{{\"papers\": [{0}]}}")]
    [InlineData("{{\"data\": [{0}]}}")]
    [InlineData("\uFEFF{0}")]
    public async Task AllFieldsOfThePlainFormatAreRead(string file)
    {
        var paper = Assert.Single((await ReadAsync(string.Format(null, file, Plain))).Papers);

        Assert.Equal(("2611.00001", 2, "10.1000/abc"), (paper.ArxivId, paper.Version, paper.Doi));
        Assert.Equal(("A plain paper", "All of it.", "In short."), (paper.Title, paper.Abstract, paper.AiSummary));
        Assert.Equal(["Ada Quill", "Ben Ortiz"], paper.Authors);
        Assert.Equal(["cs.LG"], paper.Categories);
        Assert.Equal(["plainness"], paper.Keywords);
        Assert.Equal((12, 3, 40, true), (paper.Upvotes, paper.Comments, paper.Stars, paper.HasCounts));
        Assert.Equal(("https://example.org/code", null, "https://example.org/t.png"),
            (paper.CodeUrl, paper.ProjectUrl, paper.ThumbnailUrl));
        Assert.Equal(("Harbour Lane", "Maren Holt"), (paper.Organization, paper.Submitter));
        Assert.Equal(new DateOnly(2026, 11, 20), paper.ListedOn);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero), paper.AsOf);
    }

    [Fact]
    public async Task AnInvalidLineIsSkippedAndReportedByNumber()
    {
        var reading = await ReadAsync($$"""
            {"title": "One", "abstract": "a"}

            {"title": "Two", "abst
            {{TestPapers.Json("2611.00003").ReplaceLineEndings("")}}
            "text"
            {"title": "Six", "abstract": "f"}
            """);

        Assert.Equal(["One", "Paper 2611.00003", "Six"], reading.Papers.Select(paper => paper.Title));
        Assert.Equal(2, reading.Problems.Count);
        Assert.StartsWith("line 3: not valid JSON (byte ", reading.Problems[0], StringComparison.Ordinal);
        Assert.Equal("line 5: expected an object, found a string", reading.Problems[1]);
    }

    [Fact]
    public async Task AnInvalidFirstLineDoesNotHideTheOthers()
    {
        var reading = await ReadAsync("oops\r\n{\"title\": \"Two\", \"abstract\": \"b\"}\r\n");

        Assert.Equal("Two", Assert.Single(reading.Papers).Title);
        Assert.Equal(["line 1: not valid JSON (byte 1)"], reading.Problems);
    }

    [Theory]
    [InlineData("""{"title": "t"}""", "entry 1: t has no abstract")]
    [InlineData("""{"arxiv_id": "2611.00001", "title": " ", "abstract": "a"}""", "entry 1: 2611.00001 has no title")]
    [InlineData("""[{"abstract": "a"}]""", "entry 1: a paper without arxiv_id or doi has no title")]
    [InlineData("""{"arxiv_id": "26.1", "title": "t", "abstract": "a"}""",
        "entry 1: t has the invalid arxiv_id '26.1'; use a form such as 2608.19880 or math/0309136")]
    [InlineData("""{"title": "t", "abstract": "a", "listed_on": "23.11.2026"}""",
        "entry 1: t has the invalid listed_on '23.11.2026'; use a date such as 2026-11-23")]
    public async Task AnInvalidEntryIsSkippedWithItsReason(string file, string problem) =>
        Assert.Equal([problem], (await ReadAsync(file)).Problems);

    [Fact]
    public async Task APaperWithoutADayIsSkippedUnlessADayIsGiven() => Assert.Contains("--date", Assert.Single(
        (await ReadAsync("""{"title": "t", "abstract": "a"}""", day: null)).Problems), StringComparison.Ordinal);

    [Theory]
    [InlineData("[{\"title\": \"t\"},\n", "not valid JSON (line 2,")]
    [InlineData("nothing\nof it\n", "not valid JSON (line 1,")]
    [InlineData("{\"error\": \"no\"}", "no list of papers found")]
    public async Task AFileInNeitherFormatIsRejected(string file, string fault) =>
        Assert.Contains($"Cannot read papers from standard input: {fault}",
        (await Assert.ThrowsAsync<TrendingMailException>(() => ReadAsync(file))).Message, StringComparison.Ordinal);

    private static Task<FetchResult> ReadAsync(string text) => ReadAsync(text, Day);

    private static async Task<FetchResult> ReadAsync(string text, DateOnly? day)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await FileSource.ReadAllAsync(stream, "standard input", day, TestContext.Current.CancellationToken);
    }
}
