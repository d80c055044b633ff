using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Commands;

/// <summary>The commands around a backup; RestoreTests restores one amid a send.</summary>
public sealed class BackupTests : CommandTests
{
    [Fact]
    public async Task AnInstallationIsBackedUpRestoredAndReleased()
    {
        await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed");
        var keys = await SucceedAsync("keys", "list");
        Assert.True((await JsonAsync("db", "backup", "one.zip", "--verify")).GetProperty("verified").GetBoolean());
        Assert.Contains("A restore takes", await SucceedAsync("db", "backup", "one.zip", "--verify"),
            StringComparison.Ordinal);
        Assert.Contains("already exists", await FailAsync("db", "backup", "one.zip"), StringComparison.Ordinal);
        Assert.Contains("is not empty", await FailAsync("db", "restore", "one.zip"), StringComparison.Ordinal);
        Directory.Delete(Folder.File("data"), recursive: true);

        Assert.Contains("on hold", await SucceedAsync("db", "restore", "one.zip"), StringComparison.Ordinal);

        Assert.Contains(
            "active", await SucceedAsync("subscribers", "show", "ada@example.net"), StringComparison.Ordinal);
        Assert.Equal(keys, await SucceedAsync("keys", "list"));
        Assert.True((await JsonAsync("digest", "release", "--dry-run")).GetProperty("on_hold").GetBoolean());
        Assert.True((await JsonAsync("digest", "release", "--without-log")).GetProperty("released").GetBoolean());
        Assert.Contains("Nothing is on hold", await SucceedAsync("digest", "release"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReleaseWithoutADecisionReportsAndFails()
    {
        await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed");
        await SucceedAsync("db", "backup", "one.zip");
        Directory.Delete(Folder.File("data"), recursive: true);
        await SucceedAsync("db", "restore", "one.zip");

        var result = await RunAsync("digest", "release");

        Assert.Equal(Failed, result.ExitCode);
        Assert.Contains("may have been sent to 1 subscriber: ada@example.net", result.Output, StringComparison.Ordinal);
        Assert.Contains("--sent LOG", result.Error, StringComparison.Ordinal);
        Assert.Contains("on hold", await SucceedAsync("digest", "status"), StringComparison.Ordinal);
        Assert.Contains("on hold", await FailAsync("digest", "send"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingToolsOfPostgreSqlAreReportedWithTheWayOut()
    {
        await using var fixture = new PostgreSqlFixture();
        _ = fixture.Dialect;
        (string, string)[] settings =
        [
            ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", fixture.ConnectionString),
            ("PATH", Folder.Path),
        ];

        var result = await RunAsync(settings, "db", "backup", "one.zip");

        Assert.Equal((Failed, ""), (result.ExitCode, result.Output));
        Assert.Contains("install PostgreSQL's client tools", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder.Path, "one.zip*"));
    }
}
