using Microsoft.Extensions.Time.Testing;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Storage;

public abstract class MigratorTests(DatabaseFixture fixture) : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new();
    private readonly Database database = new(fixture.Dialect);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Migrator Migrator => new(database, clock);

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
    public async Task EachStepIsAppliedOnceAndInOrder()
    {
        var applied = await Migrator.MigrateAsync(Stop);

        Assert.Equal(Enumerable.Range(1, Migrator.LatestVersion), applied.Select(migration => migration.Version));
        Assert.Equal(Migrator.LatestVersion, await Migrator.CurrentVersionAsync(Stop));
        Assert.Empty(await Migrator.MigrateAsync(Stop));
    }

    [Fact]
    public async Task TwoProgramsThatStartAtOnceApplyEachStepOnce()
    {
        using var other = new Database(fixture.Dialect);

        var applied = await Task.WhenAll(
            Task.Run(() => Migrator.MigrateAsync(Stop)),
            Task.Run(() => new Migrator(other, clock).MigrateAsync(Stop)));

        Assert.Equal(Enumerable.Range(1, Migrator.LatestVersion),
            applied.SelectMany(steps => steps).Select(step => step.Version).Order());
    }

    [Fact]
    public async Task ASchemaFromTheFutureIsRefusedWithTheWayOut()
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

public sealed class MigratorOnPostgreSql() : MigratorTests(new PostgreSqlFixture(isEmpty: true));
