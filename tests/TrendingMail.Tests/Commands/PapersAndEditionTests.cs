using TrendingMail.Tests.Papers;

namespace TrendingMail.Tests.Commands;

public sealed class PapersAndEditionTests : CommandTests
{
    [Fact]
    public async Task PapersAreImportedListedAndPublished()
    {
        var file = WritePapers("2026-11-20.json", "2611.00001", "2611.00002");

        Assert.Contains("1 file: 2 papers, 2 new, 0 entries set aside.", await SucceedAsync("papers", "import", file),
            StringComparison.Ordinal);
        Assert.Contains("2 papers, 0 new", await SucceedAsync("papers", "import", file), StringComparison.Ordinal);
        Assert.Contains("Paper 2611.00002", await SucceedAsync("papers", "list"), StringComparison.Ordinal);
        Assert.Contains("Published edition 1 of 2026-11-20 with 2 papers.",
            await SucceedAsync("edition", "publish", "--date", "2026-11-20"), StringComparison.Ordinal);
        Assert.Contains("is already published", await SucceedAsync("edition", "publish", "--date", "2026-11-20"),
            StringComparison.Ordinal);
        Assert.Contains("Edition 1 of 2026-11-20", await SucceedAsync("edition", "show"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryVerbPrintsJson()
    {
        var import = await JsonAsync("papers", "import", WritePapers("2026-11-20.json", "2611.00001"));
        Assert.Equal((1, 1), (import.GetProperty("papers").GetInt32(), import.GetProperty("added").GetInt32()));
        WritePapers("source.json", "2611.00002");
        var fetch = await JsonAsync("papers", "fetch", "--date", "2026-11-20");
        Assert.Equal("File", fetch[0].GetProperty("source").GetString());
        var list = await JsonAsync("papers", "list", "--date", "2026-11-20");
        Assert.Equal(2, list.GetArrayLength());
        var publish = await JsonAsync("edition", "publish", "--date", "2026-11-20");
        Assert.True(publish.GetProperty("is_new").GetBoolean());
        var show = await JsonAsync("edition", "show");
        Assert.Equal(2, show.GetProperty("papers").GetArrayLength());
        var editions = await JsonAsync("edition", "list");
        Assert.Equal("2026-11-20", editions[0].GetProperty("day").GetString());
    }

    [Fact]
    public async Task AScoreIsExplainedPartByPart()
    {
        await SucceedAsync("papers", "import", WritePapers("2026-11-20.json", "2611.00001"));

        var line = (await SucceedAsync("papers", "list", "--explain")).Split('\n')[1];
        Assert.Matches(
            @"^1 +[0-9.]+ +[0-9.]+ \([0-9]+\) +[0-9.]+ \(1\) +0\.00 \(unknown\) +0\.00 \(\+0 \+0 \+0\) +0\.00 \(0 days\) +2611\.00001 ", line);
        var paper = (await JsonAsync("papers", "list", "--explain"))[0];
        var parts = paper.GetProperty("explained").EnumerateObject()
            .ToDictionary(part => part.Name, part => part.Value);
        Assert.Equal(["votes", "comments", "stars", "growth", "age"], parts.Keys);
        Assert.Equal(paper.GetProperty("score").GetDouble(),
            parts.Values.Sum(part => part.GetProperty("points").GetDouble()), 6);
        Assert.Equal(1, parts["comments"].GetProperty("count").GetInt32());
        Assert.Equal(System.Text.Json.JsonValueKind.Null,
            (await JsonAsync("papers", "list"))[0].GetProperty("explained").ValueKind);
    }

    [Fact]
    public async Task AnEditionPublishedAfterAFailedFetchCarriesAWarning()
    {
        await SucceedAsync("papers", "import", WritePapers("2026-11-20.json", "2611.00001"));
        Assert.Equal(Failed, (await RunAsync("papers", "fetch", "--date", "2026-11-20")).ExitCode);

        var result = await RunAsync("edition", "publish", "--date", "2026-11-20");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("The edition of 2026-11-20 may be incomplete. It was published with 1 papers", result.Error,
            StringComparison.Ordinal);
        Assert.Empty((await RunAsync("edition", "publish", "--date", "2026-11-20")).Error);
    }

    [Fact]
    public async Task AnInvalidFileIsReportedAndTheOthersAreImported()
    {
        var broken = Folder.Write("broken.json", "[{\"paper\": ");
        var good = WritePapers("2026-11-20.json", "2611.00001");

        var result = await RunAsync("papers", "import", broken, good);

        Assert.Equal(Failed, result.ExitCode);
        Assert.StartsWith($"Cannot read papers from {broken}: not valid JSON (line 1, ",
            Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains("2 files: 1 paper, 1 new", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EntriesThatAreSetAsideAreShownAndFailTheCommandIfThereAreNoOthers()
    {
        var result = await RunAsync("papers", "import", Folder.Write("2026-11-20.json", "[\"text\"]"));

        Assert.Equal(Failed, result.ExitCode);
        Assert.Contains("entry 1: expected an object, found a string", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderIsNamedAsSuch()
    {
        var result = await RunAsync("papers", "import", Folder.File("."));

        Assert.Equal(Failed, result.ExitCode);
        Assert.Contains($"{Folder.File(".")} is a folder. Name its files", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASourceThatFailsFailsTheCommand()
    {
        var result = await RunAsync("papers", "fetch");

        Assert.Equal(Failed, result.ExitCode);
        Assert.Contains("File: Cannot open", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("papers fetch")]
    [InlineData("papers list")]
    [InlineData("edition publish")]
    [InlineData("edition show")]
    [InlineData("digest send")]
    [InlineData("digest preview ada@example.org")]
    public async Task ADateFarOffIsWrongUsage(string verb)
    {
        foreach (var date in new[] { "0001-01-05", "9999-12-31", "2026-13-01", "2026-W53" })
        {
            var result = await RunAsync([.. verb.Split(' '), "--date", date]);

            Assert.Equal((verb, date, WrongUsage), (verb, date, result.ExitCode));
        }
    }

    [Fact]
    public async Task ASearchListsTheNewestFirstOnRequestAndExplainsCategories()
    {
        Folder.Write("2026-11-20.json", $"[{TestPapers.Json("2611.00001")}]");
        var better = TestPapers.Json("2611.00002")
            .Replace("About", "A paper of papers about", StringComparison.Ordinal);
        Folder.Write("2026-11-21.json", $"[{better}]");
        Folder.Write("2026-11-22.json", $"[{TestPapers.Json("2611.00003")}]");
        await SucceedAsync("papers", "import", "2026-11-20.json", "2026-11-21.json", "2026-11-22.json");

        var output = await SucceedAsync("papers", "search", "paper", "--newest");

        Assert.InRange(output.IndexOf("2611.00003", StringComparison.Ordinal), 0,
            output.IndexOf("2611.00002", StringComparison.Ordinal));
        Assert.Contains("only papers from arXiv do",
            await SucceedAsync("papers", "search", "category:cs.CL"), StringComparison.Ordinal);
        Assert.Contains("2611.00002",
            await SucceedAsync("papers", "search", "https://arxiv.org/abs/2611.00002v3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingIsPublishedOrFetchedForTheFuture()
    {
        Assert.Contains("Cannot publish edition 2131-01-01: 2131-01-01 lies in the future",
            await FailAsync("edition", "publish", "--date", "2131-01-01"), StringComparison.Ordinal);
        Assert.Contains("Cannot fetch papers: 2131-01-01 lies in the future",
            await FailAsync("papers", "fetch", "--date", "2131-01-01"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ErrorsNameWhatIsMissingAndHowToFixIt()
    {
        Assert.Contains("'papers import FILE'", await SucceedAsync("papers", "list"), StringComparison.Ordinal);
        Assert.Contains("There is no edition yet. Run 'papers fetch'", await FailAsync("edition", "show"),
            StringComparison.Ordinal);
        Assert.Contains("There is no edition of 2026-11-20.",
            await FailAsync("edition", "show", "--date", "2026-11-20"), StringComparison.Ordinal);
        Assert.Contains("Cannot publish edition 2026-11-20: there are no unpublished papers for that day " +
            "(the day has not been fetched). Run 'papers fetch --date 2026-11-20'",
            await FailAsync("edition", "publish", "--date", "2026-11-20"), StringComparison.Ordinal);
        Assert.Contains("There is no source 'Arxiv'", await FailAsync("papers", "fetch", "--source", "Arxiv"),
            StringComparison.Ordinal);
    }
}
