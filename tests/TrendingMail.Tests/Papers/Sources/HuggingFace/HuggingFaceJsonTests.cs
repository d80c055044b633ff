using System.Text;
using TrendingMail.Papers.Sources;
using TrendingMail.Papers.Sources.HuggingFace;

namespace TrendingMail.Tests.Papers.Sources.HuggingFace;

public sealed class HuggingFaceJsonTests
{
    private static readonly DateOnly AnyDay = new(2026, 1, 2);

    [Fact]
    public async Task TheFormatOf2024StatesNoDayAndUsesTheGivenOne()
    {
        var reading = await ReadFileAsync("2024-06-04");

        Assert.Empty(reading.Problems);
        var paper = reading.Papers[0];
        Assert.Equal("9906.00011", paper.ArxivId);
        Assert.Equal(AnyDay, paper.ListedOn);
        Assert.Equal(new DateTimeOffset(2024, 6, 1, 17, 50, 1, TimeSpan.Zero), paper.PublishedAt);
        Assert.Equal(["Ines Falk", "Joris Adeyemi"], paper.Authors);
        Assert.Equal(41, paper.Upvotes);
        Assert.Equal(3, paper.Comments);
        Assert.Null(paper.Stars);
        Assert.Null(paper.AiSummary);
        Assert.Empty(paper.Keywords);
    }

    [Fact]
    public async Task TheInnerTitleIsUsedWithItsLineBreaks() =>
        Assert.Equal("Lanterns Are Lighthouses: Small Signals\n  for Large Searches",
            (await ReadFileAsync("2024-06-04")).Papers[0].Title);

    [Fact]
    public async Task TheVersionIsStrippedFromTheIdentifier() =>
        Assert.Equal("9906.00012", (await ReadFileAsync("2024-06-04")).Papers[1].ArxivId);

    [Fact]
    public async Task StringsInsteadOfObjectsAreSkippedOneByOne()
    {
        var reading = await ReadFileAsync("2024-12-16");

        Assert.Empty(reading.Papers);
        Assert.Equal(
            ["entry 1: expected an object, found a string", "entry 2: expected an object, found a string"],
            reading.Problems);
    }

    [Fact]
    public async Task AWrappedListIsReadAndItsValidEntriesAreKept()
    {
        var reading = await ReadFileAsync("2025-01-10");

        Assert.Equal("Wrapped but Whole", Assert.Single(reading.Papers).Title);
        Assert.StartsWith("entry 1:", Assert.Single(reading.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFormatOf2025StatesTheDayAndTheOuterDateIsIgnored()
    {
        var paper = Assert.Single((await ReadFileAsync("2025-06-18")).Papers);

        Assert.Equal(new DateOnly(2025, 6, 18), paper.ListedOn);
        Assert.Equal(new DateTimeOffset(2025, 6, 17, 11, 45, 37, TimeSpan.Zero), paper.PublishedAt);
        Assert.Equal("Gradients behave like tides.", paper.AiSummary);
        Assert.Equal(["diffusion models", "tides"], paper.Keywords);
        Assert.Equal(["Petra Vole", "Samir Okafor"], paper.Authors);
        Assert.Equal("https://example.org/tideline", paper.ProjectUrl);
        Assert.Equal("https://example.org/code/tideline", paper.CodeUrl);
    }

    [Fact]
    public async Task AnOrganizationInTheInnerObjectIsUsed()
    {
        var paper = Assert.Single((await ReadFileAsync("2025-10-09")).Papers);

        Assert.Equal("Saltmarsh Institute", paper.Organization);
        Assert.Equal(120, paper.Stars);
    }

    [Fact]
    public async Task UrlsOtherThanHttpAreIgnored()
    {
        var paper = Assert.Single((await ReadFileAsync("2025-10-09")).Papers);

        Assert.Null(paper.ProjectUrl);
        Assert.Null(paper.CodeUrl);
    }

    [Fact]
    public async Task TheOuterOrganizationTakesPrecedence() =>
        Assert.Equal("The Outer Name", Assert.Single((await ReadFileAsync("2026-05-27")).Papers).Organization);

    [Theory]
    [InlineData("""{"paper": {"id": "9900.00001", "summary": "s"}}""", "entry 1: 9900.00001 has no title")]
    [InlineData("""{"paper": {"id": "9900.00001", "title": " \n ", "summary": "s"}}""",
        "entry 1: 9900.00001 has no title")]
    [InlineData("""{"paper": {"summary": "s"}}""", "entry 1: a paper without id has no title")]
    [InlineData("""{"paper": {"id": "9900.00001", "title": "t"}}""", "entry 1: 9900.00001 has no abstract")]
    [InlineData("""{"paper": {"title": "t", "summary": 7}}""", "entry 1: t has no abstract")]
    [InlineData("""{"title": "t"}""", "entry 1: no 'paper' object")]
    [InlineData("""{"paper": null}""", "entry 1: no 'paper' object")]
    [InlineData("""{"paper": "text"}""", "entry 1: no 'paper' object")]
    [InlineData("null", "entry 1: expected an object, found null")]
    [InlineData("12", "entry 1: expected an object, found a number")]
    [InlineData("true", "entry 1: expected an object, found a boolean")]
    [InlineData("[]", "entry 1: expected an object, found an array")]
    public async Task AnInvalidEntryIsSkippedWithItsReason(string entry, string problem)
    {
        var reading = await ReadAsync($"[{entry}, {TestPapers.Json("9900.00002")}]");

        Assert.Equal([problem], reading.Problems);
        Assert.Equal("9900.00002", Assert.Single(reading.Papers).ArxivId);
    }

    [Fact]
    public async Task TheOuterTitleAndAbstractReplaceMissingInnerOnes()
    {
        var reading = await ReadAsync(
            """[{"paper": {"id": "9900.00001"}, "title": "Outer", "summary": "Outer text"}]""");

        var paper = Assert.Single(reading.Papers);
        Assert.Equal("Outer", paper.Title);
        Assert.Equal("Outer text", paper.Abstract);
    }

    [Fact]
    public async Task FieldsOfTheWrongTypeAreTreatedAsAbsent()
    {
        var reading = await ReadAsync("""
            [{"paper": {"id": 9900.00001, "title": "t", "summary": "s", "authors": ["Ada", {"name": 3}, {"name": "Bo"}],
              "upvotes": "many", "githubStars": -4, "ai_keywords": [1, " k ", ""], "ai_summary": ["x"],
              "organization": "house", "submittedOnDailyAt": "soon", "publishedAt": 5}, "numComments": 99999999999}]
            """);

        var paper = Assert.Single(reading.Papers);
        Assert.Null(paper.ArxivId);
        Assert.Equal(["Bo"], paper.Authors);
        Assert.Equal((0, 0, null), (paper.Upvotes, paper.Comments, paper.Stars));
        Assert.Equal(["k"], paper.Keywords);
        Assert.Null(paper.AiSummary);
        Assert.Null(paper.Organization);
        Assert.Null(paper.PublishedAt);
        Assert.Equal(AnyDay, paper.ListedOn);
    }

    [Fact]
    public async Task AnEntryWithoutADayIsSkippedUnlessADayIsGiven()
    {
        var reading = await ReadAsync($"[{TestPapers.Json("9900.00001")}]", day: null);

        Assert.Empty(reading.Papers);
        Assert.Contains("--date", Assert.Single(reading.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEmptyListIsValid()
    {
        var reading = await ReadAsync("[]");

        Assert.Empty(reading.Papers);
        Assert.Empty(reading.Problems);
    }

    [Theory]
    [InlineData("""cut \ud83d in two""", "cut \uFFFD in two")]
    [InlineData("""\ud83d\ude00 and \ude00""", "\U0001F600 and \uFFFD")]
    [InlineData("""C:\\ud83d and \ud83d.""", "C:\\ud83d and \uFFFD.")]
    public async Task UnpairedSurrogatesAreReplaced(string inJson, string expected)
    {
        var reading = await ReadAsync(
            """[{"paper": {"id": "9900.00001", "title": "t", "summary": "HERE"}}]""".Replace(
                "HERE", inJson, StringComparison.Ordinal));

        Assert.Equal(expected, Assert.Single(reading.Papers).Abstract);
    }

    [Fact]
    public async Task InvalidUtf8IsReplaced()
    {
        byte[] json = [.. """[{"paper": {"id": "9900.00001", "title": "t", "summary": "caf"""u8, 0xE9, .. "\"}}]"u8];
        using var stream = new MemoryStream(json);

        var reading = await HuggingFaceJson.ReadAsync(stream, AnyDay, TestContext.Current.CancellationToken);

        Assert.Equal("caf\uFFFD", Assert.Single(reading.Papers).Abstract);
    }

    [Theory]
    [InlineData("""[{"paper": {"id": "9900.00001", "ti""")]
    [InlineData("<!doctype html><title>Not here</title>")]
    [InlineData("")]
    public async Task InvalidJsonIsRejectedWithItsPosition(string text)
    {
        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => ReadAsync(text));

        Assert.Contains("not valid JSON (line 1, byte ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error": "no such day"}""")]
    [InlineData("""{"data": {"papers": []}}""")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    public async Task JsonWithoutAListIsRejected(string json)
    {
        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => ReadAsync(json));

        Assert.Contains("no list of papers", fault.Message, StringComparison.Ordinal);
    }

    private static Task<FetchResult> ReadAsync(string json) => ReadAsync(json, AnyDay);

    private static async Task<FetchResult> ReadAsync(string json, DateOnly? day)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return await HuggingFaceJson.ReadAsync(stream, day, TestContext.Current.CancellationToken);
    }

    private static async Task<FetchResult> ReadFileAsync(string name)
    {
        await using var stream = File.OpenRead(Path.Combine(Repository.Tests, "Papers", "HuggingFace", $"{name}.json"));
        return await HuggingFaceJson.ReadAsync(stream, AnyDay, TestContext.Current.CancellationToken);
    }
}
