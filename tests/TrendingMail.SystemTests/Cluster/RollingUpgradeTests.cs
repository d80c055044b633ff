using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Cluster;

/// <summary>Rolling upgrade: two versions of the program run side by side.</summary>
[Collection(nameof(ClusterDeliveryTests))]
public sealed class RollingUpgradeTests
{
    private const int Subscribers = 1500;

    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(5);

    /// <summary>The commit of the older version; by default, the one before the newest.</summary>
    private static string OlderCommit => Environment.GetEnvironmentVariable("UPGRADE_FROM") ?? "HEAD~1";

    [Fact]
    public async Task AnOlderNodeRunsBesideANewerOneAndEachSubscriberGetsOneMessage()
    {
        var folder = Directory.CreateTempSubdirectory("trendingmail-older-");
        try
        {
            var older = await BuildAsync(folder.FullName);
            await using var cluster = await TestCluster.CreateAsync(
                ClusterDatabase.SharedServer, 2, Subscribers, () => new TestApp { Program = older });
            await using var server = cluster.UseServer(new CountingSmtpServer(TimeSpan.FromMilliseconds(10)));

            await using var before = cluster.Nodes[0].Start("digest", "send", "--date", TestCluster.Today);
            await server.WaitForCountAsync(Subscribers / 10);
            await using var after = cluster.Nodes[1].Start("digest", "send", "--date", TestCluster.Today);
            (await before.WaitForExitAsync()).EnsureSuccess();
            (await after.WaitForExitAsync()).EnsureSuccess();

            // If the newer version has migrated the schema, the older one refuses to start and reports why.
            var again = await cluster.Nodes[0].RunAsync("digest", "send", "--date", TestCluster.Today);
            Assert.True(again.ExitCode == 0 ||
                again.Errors.Contains("written by a newer version", StringComparison.Ordinal), again.Errors);
            Assert.Equal(Subscribers, server.Count);
            Assert.Distinct(server.Accepted.Select(mail => mail.Recipient));
            Assert.Equal(Subscribers, await cluster.CountSentAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Builds the older commit, or HEAD in a shallow clone, and returns the path of the program.</summary>
    private static async Task<string> BuildAsync(string folder)
    {
        var root = Repository.File();
        var git = Require.Program("git", "git");
        var commit = (await Child.RunAsync(git, "-C", root, "rev-parse", "--verify", "--quiet",
            $"{OlderCommit}^{{commit}}")).ExitCode == 0
            ? OlderCommit
            : "HEAD";
        var archive = Path.Combine(folder, "source.tar");
        (await Child.RunAsync(git, "-C", root, "archive", "--output", archive, commit)).EnsureSuccess();
        (await Child.RunAsync("tar", "--extract", "--file", archive, "--directory", folder)).EnsureSuccess();
        var output = Path.Combine(folder, "program");
        await using var build = Child.Start(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["build", "src/TrendingMail.Worker", "--configuration", "Release", "--output", output, "--nologo",
                "--verbosity", "quiet"],
            folder);
        (await build.WaitForExitAsync(BuildLimit)).EnsureSuccess();
        const string Configuration = ".runtimeconfig.json";
        return Directory.GetFiles(output, $"*{Configuration}").Single().Replace(
            Configuration, ".dll", StringComparison.Ordinal);
    }
}
