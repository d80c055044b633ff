using TrendingMail.Storage;

namespace TrendingMail.Tests.Storage;

public abstract class DatabaseTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const string Insert =
        "INSERT INTO mailings (kind, key, created_at) VALUES ('daily', @key, 0)";

    [Fact]
    public async Task WorkThatThrowsLeavesNothingBehind()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync(async session =>
        {
            await session.ExecuteAsync(Insert, new { key = "a" });
            throw new InvalidOperationException("halfway");
        }, Stop));

        Assert.Equal(0, await CountAsync("mailings"));
    }

    [Fact]
    public async Task WritersThatReadFirstDoNotLoseEachOthersWork()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Database.WriteAsync(async session =>
        {
            var next = await session.SingleAsync<long>("SELECT COUNT(*) FROM mailings");
            await session.ExecuteAsync(Insert, new { key = $"{next}" });
        }, Stop))));

        Assert.Equal(20, await CountAsync("mailings"));
    }

    [Fact]
    public async Task OrphansCannotBeWritten() =>
        await Assert.ThrowsAnyAsync<Exception>(() => Database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO consent_events (subscriber_id, kind, at, origin) VALUES (42, 'requested', 0, 'web')
            """), Stop));

    [Fact]
    public async Task ASoundDatabaseHasNoFaults() => Assert.Empty(await Database.CheckAsync(Stop));
}

public sealed class DatabaseOnSqlite() : DatabaseTests(new SqliteFixture());

public sealed class DatabaseOnPostgreSql() : DatabaseTests(new PostgreSqlFixture());
