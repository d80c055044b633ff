using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Queue.Dialects;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Papers;
using TrendingMail.Storage;
using TrendingMail.Storage.Copying;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Papers;

namespace TrendingMail.Tests.Storage.Copying;

/// <summary>Copying an installation from SQLite to PostgreSQL.</summary>
public sealed class DatabaseCopyTests() : StorageTests(new SqliteFixture())
{
    private readonly PostgreSqlFixture fixture = new();

    private Database? target;

    private Database Target => target ??= new Database(fixture.Dialect);

    private DeliveryQueue TargetQueue =>
        new(Target, fixture.Engine.GetRequiredService<IQueueDialect>(), Delivery, Clock);

    private DatabaseCopy Copy => new(Database, Target);

    public override async ValueTask DisposeAsync()
    {
        target?.Dispose();
        await fixture.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task BothEnginesHaveTheSameTablesAndColumns()
    {
        await using var connection = await Target.Dialect.OpenAsync(Stop);
        var tables = await TableDefinition.ReadAllAsync((Npgsql.NpgsqlConnection)connection);

        var expected = await Database.ReadAsync(session => session.QueryAsync<string>("""
            SELECT t.name || ': ' || (SELECT group_concat(name, ', ')
                FROM (SELECT name FROM pragma_table_info(t.name) ORDER BY name))
            FROM sqlite_master t
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'paper_search%'
              AND t.name <> 'schema_versions'
            """), Stop);

        Assert.Equal(expected.Order(StringComparer.Ordinal), tables.Select(table =>
            $"{table.Name}: {string.Join(", ", table.Columns.Select(column => column.Name).Order(StringComparer.Ordinal))}")
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task EveryRowIsCopiedAndTheSourceIsUnchanged()
    {
        await SeedAsync();
        var before = await SnapshotAsync();

        var tables = await Copy.RunAsync(null, Stop);

        Assert.Equal(2, tables.Single(table => table.Name == "subscribers").Rows);
        Assert.Equal(before, await SnapshotAsync());
        Assert.Equal(await SubscribersAsync(Database), await SubscribersAsync(Target));
        var papers = new PaperStore(Target, Clock);
        Assert.Equal(await IdentitiesAsync(Papers), await IdentitiesAsync(papers));
    }

    [Fact]
    public async Task ANewSubscriberGetsAnIdThatWasNeverUsed()
    {
        await SeedAsync();
        var gone = await AddSubscriberAsync("gone@example.org");
        await Database.WriteAsync(
            session => session.ExecuteAsync("DELETE FROM subscribers WHERE id = @Id", new { gone.Id }), Stop);
        await Copy.RunAsync(null, Stop);

        var added = await Target.WriteAsync(session => new SubscriberStore(Target, Clock).AddPendingAsync(
            session, Address("new@example.org"), new Preferences()), Stop);

        Assert.Equal(gone.Id + 1, added.Id);
    }

    [Fact]
    public async Task ANewDeliveryGetsAnIdThatWasNeverUsed()
    {
        await SeedAsync();
        var late = await AddSubscriberAsync("late@example.org");
        var digest = new Mailing.Daily(new DateOnly(2026, 11, 23));
        var before = await Database.ReadAsync(
            session => session.SingleAsync<long>("SELECT MAX(id) FROM deliveries"), Stop);
        await Database.WriteAsync(session => DeliveryQueue.EnqueueAsync(session, digest, late.Id - 1), Stop);
        await Copy.RunAsync(null, Stop);

        Assert.True(await Target.WriteAsync(session => TargetQueue.EnqueueAsync(session, digest, late.Id), Stop));

        Assert.Equal([before + 1, before + 2], await Target.ReadAsync(session => session.QueryAsync<long>(
            "SELECT id FROM deliveries WHERE id > @before ORDER BY id", new { before }), Stop));
    }

    [Fact]
    public async Task AnInterruptedCopyResumes()
    {
        await SeedAsync();
        using var stop = new CancellationTokenSource();
        var cancelAtEditions = new SynchronousProgress<CopyProgress>(progress =>
        {
            if (progress.Table == "editions")
            {
                stop.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Copy.RunAsync(cancelAtEditions, stop.Token));
        Assert.Equal((1, 0), (await CountAsync(Target, "editions"), await CountAsync(Target, "edition_papers")));

        await Copy.RunAsync(null, Stop);

        Assert.Equal(await SubscribersAsync(Database), await SubscribersAsync(Target));
    }

    [Fact]
    public async Task TheLinkKeysOfTheTargetAreKept()
    {
        await SeedAsync();
        var keys = new DatabaseKeyStore(Target, Clock).ReadOrCreate();

        Assert.DoesNotContain(await Copy.RunAsync(null, Stop), table => table.Name == "link_keys");

        Assert.Equal(keys[0].Secret, Assert.Single(new DatabaseKeyStore(Target, Clock).Read()).Secret);
    }

    [Fact]
    public async Task ADifferenceIsReportedWithItsTable()
    {
        await SeedAsync();
        await Copy.RunAsync(null, Stop);
        await Target.WriteAsync(session => session.ExecuteAsync("UPDATE subscribers SET papers = papers + 1"), Stop);

        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => Copy.RunAsync(null, Stop));

        Assert.Contains(
            "The copy of table subscribers differs from the source", fault.Message, StringComparison.Ordinal);
    }

    private async Task SeedAsync()
    {
        await PublishAsync(Today, TestPapers.Listed("2311.00001") with { Title = "A \0 in a title" });
        await AddSubscriberAsync("ada@example.org");
        await AddSubscriberAsync("jörg@bücher.example", new Preferences { Frequency = Frequency.Weekly });
        await Suppressions.AddAsync(Address("nobody@example.org"), SuppressionReason.Complaint, null, Stop);
    }

    private static Task<long> CountAsync(Database database, string table) =>
        database.ReadAsync(session => session.SingleAsync<long>($"SELECT COUNT(*) FROM {table}"), Stop);

    private static Task<string> SubscribersAsync(Database database) =>
        database.ReadAsync(async session => string.Join('\n',
        await session.QueryAsync<string>("""
            SELECT CAST(s.id AS TEXT) || s.address || s.address_key || s.state || s.frequency || CAST(s.created_at AS TEXT) || e.kind
            FROM subscribers s JOIN consent_events e ON e.subscriber_id = s.id
            ORDER BY e.id
            """)), Stop);

    private static async Task<IEnumerable<string>> IdentitiesAsync(PaperStore papers) =>
        (await papers.ListByDayAsync(Today, Stop)).Select(paper => paper.Identity);
}
