namespace TrendingMail.Tests.Commands;

public sealed class UsageTests : CommandTests
{
    [Theory]
    [InlineData("papers", "fetch")]
    [InlineData("edition", "publish")]
    [InlineData("subscribers", "add")]
    [InlineData("subscribers", "import")]
    [InlineData("suppressions", "list")]
    [InlineData("keys", "rotate")]
    [InlineData("digest", "preview")]
    [InlineData("db", "check")]
    [InlineData("run")]
    public async Task EveryVerbHasHelp(params string[] verb)
    {
        var help = await SucceedAsync([.. verb, "--help"]);

        Assert.Contains("Usage:", help, StringComparison.Ordinal);
        Assert.Contains("--json", help, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder.File("data")));
    }

    [Fact]
    public async Task TheRootHelpListsTheVerbs()
    {
        var help = await SucceedAsync("--help");

        Assert.All(new[] { "run", "papers", "edition", "subscribers", "digest", "db" },
            verb => Assert.Matches($"(?m)^  {verb} ", help));
    }

    [Fact]
    public async Task TheProgramIsCalledTrendingmail()
    {
        Assert.Matches(@"(?m)^  trendingmail \[command\] \[options\]", await SucceedAsync("--help"));
        Assert.Matches(@"(?m)^  trendingmail db check \[options\]", await SucceedAsync("db", "check", "--help"));
        Assert.Matches(@"^trendingmail [0-9]+\.[0-9]+\.[0-9]+", await SucceedAsync("--version"));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("papers")]
    [InlineData("papers", "import")]
    [InlineData("papers", "list", "--date", "yesterday")]
    [InlineData("edition", "show", "--date", "2026-02-30")]
    [InlineData("subscribers", "add", "nobody")]
    [InlineData("subscribers", "import", "list.csv", "--map", "a=b")]
    [InlineData("subscribers", "pause", "ada@example.org", "--until", "soon")]
    [InlineData("suppressions", "list", "--reason", "none")]
    [InlineData("digest", "preview", "--format", "pdf")]
    [InlineData("digest", "status", "--nonsense")]
    [InlineData("run", "--role", "king")]
    public async Task WrongUsageIsReported(params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.Equal((WrongUsage, ""), (result.ExitCode, result.Output));
        Assert.Contains("Run with --help for usage.", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder.File("data")));
    }

    [Fact]
    public async Task AnInvalidSettingStopsTheProgramAndIsNamed()
    {
        var result = await RunAsync([("Digest:Papers", "99")], "run");

        Assert.Equal((Failed, "", "Setting Digest:Papers is 99; give 1 to 50.\n"),
            (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task ASettingsFileThatIsNotJsonIsNamed()
    {
        Folder.Write("appsettings.json", "{ \"Site\": ");

        Assert.Contains("appsettings.json", await FailAsync("db", "check"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheOperatorsSettingsAndTemplatesTakePrecedence()
    {
        Folder.Write("appsettings.json", """{"Site": {"Name": "My Papers"}}""");
        foreach (var file in Directory.EnumerateFiles(Repository.Templates, "*", SearchOption.AllDirectories))
        {
            Folder.Write(
                Path.Combine("templates", Path.GetRelativePath(Repository.Templates, file)), File.ReadAllText(file));
        }

        Folder.Write("templates/mail/digest.txt", "Custom text of {{ site.name }}.");
        await SucceedAsync("papers", "import", WritePapers($"{Today}.json", "2611.00001"));
        await SucceedAsync("edition", "publish", "--date", Today);

        Assert.Equal("Custom text of My Papers.", (await SucceedAsync("digest", "preview", "--format", "text")).Trim());
    }
}
