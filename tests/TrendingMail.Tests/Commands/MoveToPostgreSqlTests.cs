using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Commands;

/// <summary>An installation moves by <c>db copy</c> and a setting, and its key ring with it.</summary>
public sealed class MoveToPostgreSqlTests : CommandTests, IAsyncDisposable
{
    private readonly PostgreSqlFixture fixture = new(isEmpty: true);
    private readonly (string Key, string Value)[] settings;

    public MoveToPostgreSqlTests()
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
    public async Task TheKeyRingGoesIntoTheDatabaseWithTheRest()
    {
        await DoneAsync("subscribers", "add", "ada@example.net", "--confirmed");
        await DoneAsync("keys", "rotate");
        var before = await DoneAsync("keys", "list");

        var copied = await RunAsync(settings, "db", "copy", "--from", "Sqlite", "--to", "PostgreSql");
        Assert.True(copied.ExitCode == Done, copied.Error);
        Assert.Contains("keys.json is in the database too", copied.Output, StringComparison.Ordinal);
        File.Delete(Folder.File("data/keys.json"));

        Assert.Equal(
            before.Replace($"is {Folder.File("data/keys.json")}", $"is in {fixture.Dialect.Location}", StringComparison.Ordinal),
            (await RunAsync(settings, "keys", "list")).Output);
        Assert.Contains("Key 3 signs", (await RunAsync(settings, "keys", "rotate")).Output, StringComparison.Ordinal);
        Assert.Contains("already", (await RunAsync(settings, "keys", "create")).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Folder.File("data/keys.json")));
    }

    [Fact]
    public async Task WithoutTheOldKeyRingNothingIsCopied()
    {
        await DoneAsync("db", "migrate");

        var copied = await RunAsync(settings, "db", "copy", "--from", "Sqlite", "--to", "PostgreSql");

        Assert.Equal((Failed, ""), (copied.ExitCode, copied.Output));
        Assert.Contains("name the old installation's with --key-ring", copied.Error, StringComparison.Ordinal);
    }
}
