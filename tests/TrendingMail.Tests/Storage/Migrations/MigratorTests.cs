using System.Data.Common;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;

namespace TrendingMail.Tests.Storage.Migrations;

public abstract class MigratorTests(DatabaseFixture fixture) : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new();
    private readonly Database database = new(fixture.Dialect);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected Database Database => database;

    protected Migrator Migrator => new(database, clock);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        database.Dispose();
        await fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task ANewDatabaseIsAtVersionZero() => Assert.Equal(0, await Migrator.CurrentVersionAsync(Stop));

    [Fact]
    public async Task EachMigrationIsAppliedOnceAndInOrder()
    {
        var applied = await Migrator.MigrateAsync(Stop);

        Assert.Equal(Enumerable.Range(1, Migrator.LatestVersion), applied.Select(migration => migration.Version));
        Assert.Equal(Migrator.LatestVersion, await Migrator.CurrentVersionAsync(Stop));
        Assert.Empty(await Migrator.MigrateAsync(Stop));
    }

    [Fact]
    public async Task ConcurrentMigratorsApplyEachMigrationOnce()
    {
        using var other = new Database(fixture.Dialect);

        var applied = await Task.WhenAll(
            Task.Run(() => Migrator.MigrateAsync(Stop)),
            Task.Run(() => new Migrator(other, clock).MigrateAsync(Stop)));

        Assert.Equal(Enumerable.Range(1, Migrator.LatestVersion),
            applied.SelectMany(steps => steps).Select(step => step.Version).Order());
    }

    [Fact]
    public async Task ANewerSchemaIsRejectedWithInstructions()
    {
        await Migrator.MigrateAsync(Stop);
        await database.WriteAsync(session => session.ExecuteAsync(
            "INSERT INTO schema_versions (version, name, applied_at) VALUES (9999, 'from_the_future', 0)"), Stop);

        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => Migrator.MigrateAsync(Stop));

        Assert.Contains("9999", fault.Message, StringComparison.Ordinal);
        Assert.Contains("newer version", fault.Message, StringComparison.Ordinal);
    }
}

public sealed class MigratorOnSqlite() : MigratorTests(new SqliteFixture());

public sealed class MigratorOnPostgreSql() : MigratorTests(new PostgreSqlFixture(isEmpty: true))
{
    [Fact(Timeout = 60_000)]
    public async Task AMigrationYieldsToRunningTransactionsAndIsRetried()
    {
        await using var other = await Database.Dialect.OpenAsync(Stop);
        await RunAsync(
            other, "CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT " +
                "NOT NULL)");
        await using var work = await other.BeginTransactionAsync(Stop);
        await RunAsync(other, "LOCK TABLE schema_versions IN SHARE ROW EXCLUSIVE MODE");
        var migrating = Migrator.MigrateAsync(Stop);
        await WaitForLockWaitAsync(other, true);

        // It has given up while the other transaction continues, and has left nothing behind.
        await WaitForLockWaitAsync(other, false);
        Assert.False(await Database.ReadAsync(
            session => session.SingleAsync<bool>(Database.Dialect.TableExistsSql, new { table = "papers" }), Stop));
        await work.CommitAsync(Stop);

        Assert.Equal(Migrator.LatestVersion, (await migrating).Count);
    }

    /// <summary>Waits until some session waits for a lock in this database, or until none does.</summary>
    private static async Task WaitForLockWaitAsync(DbConnection connection, bool expected)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                           WHERE NOT l.granted AND d.datname = current_database())
            """;
        while (!Equals(await command.ExecuteScalarAsync(Stop), expected))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Stop);
        }
    }

    private static async Task RunAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }
}
