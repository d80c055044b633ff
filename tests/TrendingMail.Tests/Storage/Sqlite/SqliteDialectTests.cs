using Dapper;
using TrendingMail.Storage;
using TrendingMail.Storage.Sqlite;

namespace TrendingMail.Tests.Storage.Sqlite;

public sealed class SqliteDialectTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task EveryConnectionIsDurableAndEnforcesForeignKeys()
    {
        var dialect = new SqliteDialect("Data Source=a.db;Pooling=False", folder.Path);

        for (var i = 0; i < 2; i++)
        {
            await using var connection = await dialect.OpenAsync(Stop);
            Assert.Equal("wal", await connection.QuerySingleAsync<string>("PRAGMA journal_mode"));
            Assert.Equal(2, await connection.QuerySingleAsync<int>("PRAGMA synchronous"));
            Assert.Equal(1, await connection.QuerySingleAsync<int>("PRAGMA foreign_keys"));
            Assert.True(await connection.QuerySingleAsync<int>("PRAGMA busy_timeout") >= 1000);
        }
    }

    [Fact]
    public async Task ARelativePathIsResolvedAgainstTheBaseDirectoryWhichIsCreated()
    {
        var dialect = new SqliteDialect("Data Source=deep/er/a.db;Pooling=False", folder.Path);

        await using (await dialect.OpenAsync(Stop))
        {
        }

        Assert.Equal(folder.File("deep/er/a.db"), dialect.Location);
        Assert.True(File.Exists(dialect.Location));
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=a.db;Mode=Memory")]
    [InlineData("")]
    [InlineData("Host=localhost;Database=papers")]
    public void AConnectionStringWithoutAFileIsRejected(string connectionString)
    {
        var fault = Assert.Throws<TrendingMailException>(() => new SqliteDialect(connectionString, folder.Path));

        Assert.StartsWith("Database:ConnectionString", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatIsNotADatabaseIsReported()
    {
        var file = folder.Write("a.db", new string('x', 4096));
        using var database = new Database(new SqliteDialect("Data Source=a.db;Pooling=False", folder.Path));

        var fault = await Assert.ThrowsAsync<TrendingMailException>(
            () => database.ReadAsync(session => session.SingleAsync<int>("SELECT 1"), Stop));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        Assert.Contains("restore a backup", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderThatCannotBeCreatedIsReported()
    {
        folder.Write("blocked", "a file where a folder is needed");
        using var database = new Database(new SqliteDialect("Data Source=blocked/a.db", folder.Path));

        var fault = await Assert.ThrowsAsync<TrendingMailException>(
            () => database.ReadAsync(session => session.SingleAsync<int>("SELECT 1"), Stop));

        Assert.Contains("Database:ConnectionString", fault.Message, StringComparison.Ordinal);
    }
}
