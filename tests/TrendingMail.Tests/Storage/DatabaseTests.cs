

namespace TrendingMail.Tests.Storage;

public abstract class DatabaseTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const string Insert =
        "INSERT INTO mailings (kind, key, created_at) VALUES ('daily', @key, 0)";

    [Fact]
    public async Task AFailedTransactionLeavesNothingBehind()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync(async session =>
        {
            await session.ExecuteAsync(Insert, new { key = "a" });
            throw new InvalidOperationException("halfway");
        }, Stop));

        Assert.Equal(0, await CountAsync("mailings"));
    }

    [Fact]
    public async Task ReadThenWriteTransactionsLoseNoUpdates()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Database.WriteAsync(async session =>
        {
            var next = await session.SingleAsync<long>("SELECT COUNT(*) FROM mailings");
            await session.ExecuteAsync(Insert, new { key = $"{next}" });
        }, Stop))));

        Assert.Equal(20, await CountAsync("mailings"));
    }

    [Fact]
    public async Task ForeignKeysAreEnforced() =>
        await Assert.ThrowsAnyAsync<Exception>(() => Database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO interests (subscriber_id, kind, key, value, weight) VALUES (42, 'topic', 'optics', 'optics', 1)
            """), Stop));

    [Fact]
    public async Task ABulkInsertPreservesValues()
    {
        string[] columns = ["subscriber_id", "kind", "key", "value", "weight"];
        await Database.WriteAsync(async session =>
        {
            await session.InsertManyAsync("subscribers",
                ["id", "address", "address_key", "state", "frequency", "weekday", "send_at", "time_zone", "papers",
                    "format", "paused_until", "created_at"],
                [[7L, "Jörg\0@example.org", "a", "active", "daily", "monday", "07:00", "UTC", 10L, "html", null, -1L]]);
            await session.InsertManyAsync("interests", columns,
                Enumerable.Range(0, 3).Select(i => new object?[] { 7L, "topic", $"{i}", "", 0.25 * (i + 1) }));
        }, Stop);

        var (address, pausedUntil, createdAt) = await Database.ReadAsync(
            session => session.SingleAsync<(string, string?, long)>(
            "SELECT address, paused_until, created_at FROM subscribers WHERE id = 7"), Stop);
        Assert.Equal(("Jörg\uFFFD@example.org", null, -1), (address, pausedUntil, createdAt));
        Assert.Equal([0.25, 0.5, 0.75], await Database.ReadAsync(
            session => session.QueryAsync<double>("SELECT weight FROM interests ORDER BY key"), Stop));
    }

    [Fact]
    public async Task ABulkInsertWithAConflictInsertsNothing()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Database.WriteAsync(session => session.InsertManyAsync(
            "mailings", ["kind", "key", "created_at"], [["daily", "a", 0L], ["daily", "a", 0L]]), Stop));

        Assert.Equal(0, await CountAsync("mailings"));
    }

    [Fact]
    public async Task AHealthyDatabasePassesTheCheck() => Assert.Empty(await Database.CheckAsync(Stop));
}

public sealed class DatabaseOnSqlite() : DatabaseTests(new SqliteFixture());

public sealed class DatabaseOnPostgreSql() : DatabaseTests(new PostgreSqlFixture())
{
    [Fact]
    public async Task JitIsDisabled() => Assert.Equal("off", await Database.ReadAsync(
        session => session.SingleAsync<string>("SELECT current_setting('jit')"), Stop));
}
