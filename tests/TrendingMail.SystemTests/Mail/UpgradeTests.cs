namespace TrendingMail.SystemTests.Mail;

/// <summary>Two versions of the program run side by side while nodes are replaced one by one.</summary>
[Collection(nameof(NodesTests))]
public sealed class UpgradeTests
{
    private const int Readers = 1500;

    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(5);

    /// <summary>The commit of the older program; by default the last one but the newest.</summary>
    private static string OlderCommit => Environment.GetEnvironmentVariable("UPGRADE_FROM") ?? "HEAD~1";

    [Fact]
    public async Task AnOlderNodeGoesOnBesideANewerOneAndEachReaderGetsOneMail()
    {
        var folder = Directory.CreateTempSubdirectory("trendingmail-older-");
        try
        {
            var older = await BuildAsync(folder.FullName);
            await using var fleet = await Fleet.CreateAsync(NodeDatabase.SharedServer, 2, Readers, () => new ProgramHome { Program = older });
            await using var server = fleet.Serve(new CountingSmtpServer(TimeSpan.FromMilliseconds(10)));

            await using var before = fleet.Nodes[0].Start("digest", "send", "--date", Fleet.Today);
            await server.ReachedAsync(Readers / 10);
            await using var after = fleet.Nodes[1].Start("digest", "send", "--date", Fleet.Today);
            (await before.EndAsync()).Well();
            (await after.EndAsync()).Well();

            // Where the newer one has changed the schema, the older one does not begin anew, and says why.
            var again = await fleet.Nodes[0].RunAsync("digest", "send", "--date", Fleet.Today);
            Assert.True(again.ExitCode == 0 || again.Errors.Contains("written by a newer version", StringComparison.Ordinal), again.Errors);
            Assert.Equal(Readers, server.Count);
            Assert.Distinct(server.Taken.Select(mail => mail.Recipient));
            Assert.Equal(Readers, await fleet.SentAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Builds the program of the older commit, and returns its path. A clone without history has none: then it is this commit's.</summary>
    private static async Task<string> BuildAsync(string folder)
    {
        var root = Repository.File();
        var git = Need.Program("git", "git");
        var commit = (await Child.RunAsync(git, "-C", root, "rev-parse", "--verify", "--quiet", $"{OlderCommit}^{{commit}}")).ExitCode == 0
            ? OlderCommit
            : "HEAD";
        var archive = Path.Combine(folder, "source.tar");
        (await Child.RunAsync(git, "-C", root, "archive", "--output", archive, commit)).Well();
        (await Child.RunAsync("tar", "--extract", "--file", archive, "--directory", folder)).Well();
        var output = Path.Combine(folder, "program");
        await using var build = Child.Start(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["build", "src/TrendingMail.Worker", "--configuration", "Release", "--output", output, "--nologo", "--verbosity", "quiet"],
            folder);
        (await build.EndAsync(BuildLimit)).Well();
        return Path.Combine(output, "TrendingMail.Worker.dll");
    }
}
