using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Commands;

/// <summary>Moving an installation to PostgreSQL with <c>db copy</c>, including the key ring.</summary>
public sealed class CopyToPostgreSqlTests : CommandTests, IAsyncDisposable
{
    private readonly PostgreSqlFixture fixture = new(isEmpty: true);
    private readonly (string Key, string Value)[] settings;

    public CopyToPostgreSqlTests()
    {
        _ = fixture.Dialect;
        settings = [("Database:Provider", "PostgreSql"), ("Database:ConnectionString", fixture.ConnectionString)];
    }

    public async ValueTask DisposeAsync()
    {
        await fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task TheKeyRingIsCopiedToTheDatabase()
    {
        await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed");
        await SucceedAsync("keys", "rotate");
        var before = await SucceedAsync("keys", "list");

        var copied = await RunAsync(settings, "db", "copy", "--from", "Sqlite", "--to", "PostgreSql");
        Assert.True(copied.ExitCode == Done, copied.Error);
        Assert.Contains("keys.json was copied to the database", copied.Output, StringComparison.Ordinal);
        File.Delete(Folder.File("data/keys.json"));

        Assert.Equal(
            before.Replace(
                $"is {Folder.File("data/keys.json")}", $"is in {fixture.Dialect.Location}", StringComparison.Ordinal),
            (await RunAsync(settings, "keys", "list")).Output);
        Assert.Contains("Key 3 signs", (await RunAsync(settings, "keys", "rotate")).Output, StringComparison.Ordinal);
        Assert.Contains("already", (await RunAsync(settings, "keys", "create")).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Folder.File("data/keys.json")));
    }

    [Fact]
    public async Task WithoutTheOldKeyRingNothingIsCopied()
    {
        await SucceedAsync("db", "migrate");

        var copied = await RunAsync(settings, "db", "copy", "--from", "Sqlite", "--to", "PostgreSql");

        Assert.Equal((Failed, ""), (copied.ExitCode, copied.Output));
        Assert.Contains("specify the old installation's with --key-ring", copied.Error, StringComparison.Ordinal);
    }
}
