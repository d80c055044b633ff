using Dapper;
using Microsoft.Data.Sqlite;

namespace TrendingMail.Tests.Commands;

public sealed class DbTests : CommandTests
{
    [Fact]
    public async Task TheDatabaseIsMigratedAndChecked()
    {
        var before = await RunAsync("db", "check");
        Assert.Equal(Failed, before.ExitCode);
        Assert.Contains("run 'db migrate'", before.Output, StringComparison.Ordinal);

        var migrated = await JsonAsync("db", "migrate");
        Assert.True(migrated.GetProperty("applied").GetArrayLength() > 0);
        Assert.Equal(0, (await JsonAsync("db", "migrate")).GetProperty("applied").GetArrayLength());
        Assert.True((await JsonAsync("db", "check")).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task ASchemaFromANewerVersionIsRejected()
    {
        await SucceedAsync("db", "migrate");
        await using (var connection = new SqliteConnection(
            $"Data Source={Folder.File("data/trendingmail.db")};Pooling=False"))
        {
            await connection.ExecuteAsync(
                "INSERT INTO schema_versions (version, name, applied_at) VALUES (9999, 'future', 0)");
        }

        Assert.Contains(
            "it was written by a newer version", await FailAsync("papers", "list"), StringComparison.Ordinal);
        var check = await RunAsync("db", "check");
        Assert.Equal(Failed, check.ExitCode);
        Assert.Contains("upgrade the program", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReadOnlyDatabaseIsReportedInOneLine()
    {
        await SucceedAsync("db", "migrate");
        var result = await RunAsync(
            [("Database:ConnectionString", "Data Source=data/trendingmail.db;Mode=ReadOnly")], "subscribers",
            "add", "ada@example.net");

        Assert.Equal((Failed, ""), (result.ExitCode, result.Output));
        Assert.Contains("trendingmail.db cannot be written",
            Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatIsNotADatabaseIsReportedInOneLine()
    {
        Folder.Write("data/trendingmail.db", new string('x', 5000));

        Assert.Contains(
            "is damaged or is not a SQLite database", await FailAsync("db", "check"), StringComparison.Ordinal);
    }
}
