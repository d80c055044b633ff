using TrendingMail.Papers.Sources.Files;

namespace TrendingMail.Tests.Papers.Sources.Files;

public sealed class FileSourceTests : IDisposable
{
    private static readonly DateOnly Day = new(2026, 11, 20);

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ADayGetsItsOwnPapersAndThoseWithoutADay()
    {
        var file = folder.Write("papers.json", $$$"""
            [{{{TestPapers.Json("2611.00001")}}},
             {"paper": {"id": "2611.00002", "title": "t", "summary": "s", "submittedOnDailyAt": "2026-11-20T00:00:00Z"}},
             {"paper": {"id": "2611.00003", "title": "t", "summary": "s", "submittedOnDailyAt": "2026-11-19T00:00:00Z"}}]
            """);

        var reading = await new FileSource(file).FetchAsync(Day, Stop);

        Assert.Equal(["2611.00001", "2611.00002"], reading.Papers.Select(paper => paper.ArxivId));
    }

    [Theory]
    [InlineData("2026-11-20.json")]
    [InlineData("2026-11-20-again.json")]
    public async Task ADateAtTheStartOfTheFileNameIsTheListingDay(string name)
    {
        var file = folder.Write(name, $"[{TestPapers.Json("2611.00001")}]");

        Assert.Equal(Day, (await FileSource.ReadAllAsync(file, null, Stop)).Papers[0].ListedOn);
        Assert.Equal(Day.AddDays(3), (await FileSource.ReadAllAsync(file, Day.AddDays(3), Stop)).Papers[0].ListedOn);
    }

    [Fact]
    public async Task OtherFileNamesProvideNoDay()
    {
        var file = folder.Write("20261120.json", $"[{TestPapers.Json("2611.00001")}]");

        Assert.Single((await FileSource.ReadAllAsync(file, null, Stop)).Problems);
    }

    [Fact]
    public async Task TheErrorNamesAMissingFile()
    {
        var fault = await Assert.ThrowsAsync<TrendingMailException>(
            () => FileSource.ReadAllAsync(folder.File("absent.json"), null, Stop));

        Assert.StartsWith($"Cannot open {folder.File("absent.json")}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheErrorNamesAnInvalidFileAndThePosition()
    {
        var file = folder.Write("broken.json", "[\n{\"paper\": ");

        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => FileSource.ReadAllAsync(file, Day, Stop));

        Assert.StartsWith($"Cannot read papers from {file}: not valid JSON (line 2,", fault.Message,
            StringComparison.Ordinal);
    }
}
