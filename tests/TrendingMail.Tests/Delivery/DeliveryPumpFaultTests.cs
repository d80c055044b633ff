using System.Data.Common;
using Microsoft.Data.Sqlite;
using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

public sealed class DeliveryPumpFaultTests : LedgerBook
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly FaultyDialect dialect;

    public DeliveryPumpFaultTests()
        : this(new FaultyFixture())
    {
    }

    private DeliveryPumpFaultTests(FaultyFixture fixture)
        : base(fixture)
    {
        dialect = (FaultyDialect)fixture.Dialect;
    }

    [Fact(Timeout = 60_000)]
    public async Task AnOutcomeIsWrittenDownWhenTheDatabaseIsBackAndTheMailIsNotSentTwice()
    {
        await QueueAsync("ada@example.org");
        var handed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var transport = new ScriptedTransport(_ =>
        {
            dialect.LockedWrites = 3;
            handed.SetResult();
            return new Outcome.Accepted("250 ok");
        });
        using var pump = Pump(transport);

        var draining = pump.DrainAsync(null, Stop);
        await handed.Task.WaitAsync(Stop);

        // Time passes only for the outcome, as the mail must not grow old before, and step by step: a look without end at
        // whether it is over would take the processor from those who are to bring it about.
        while (await Task.WhenAny(draining, Task.Delay(Look, Stop)) != draining)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await draining;
        Assert.Equal(0, dialect.LockedWrites);
        Assert.Single(transport.Handed);
        Assert.Equal([("sent", 1)], await DeliveriesAsync());
    }

    [Fact]
    public async Task ADatabaseThatCannotBeWrittenSendsNothing()
    {
        await QueueAsync("ada@example.org");
        var transport = ScriptedTransport.ThatAccepts();
        using var pump = Pump(transport);
        dialect.LockedWrites = 1;

        await Assert.ThrowsAsync<TrendingMailException>(() => pump.DrainAsync(null, Stop));

        Assert.Empty(transport.Handed);
        Assert.Equal([("queued", 0)], await DeliveriesAsync());
    }

    private sealed class FaultyFixture : DatabaseFixture
    {
        private readonly SqliteFixture sqlite = new();

        public FaultyFixture()
        {
            Dialect = new FaultyDialect(sqlite.Dialect);
        }

        public override IDialect Dialect { get; }

        protected override ValueTask DropAsync() => sqlite.DisposeAsync();
    }

    /// <summary>SQLite, whose next transactions find the database locked.</summary>
    private sealed class FaultyDialect(IDialect sqlite) : IDialect
    {
        public int LockedWrites { get; set; }

        public string Name => sqlite.Name;

        public string Location => sqlite.Location;

        public int WriteLanes => sqlite.WriteLanes;

        public string TableExistsSql => sqlite.TableExistsSql;

        public string NumbersSql(string parameter) => sqlite.NumbersSql(parameter);

        public string PairsSql(string parameter) => sqlite.PairsSql(parameter);

        public Task<DbConnection> OpenAsync(CancellationToken cancellationToken) => sqlite.OpenAsync(cancellationToken);

        public Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
        {
            if (LockedWrites > 0)
            {
                LockedWrites--;
                throw new SqliteException("database is locked", 5);
            }

            return sqlite.BeginWriteAsync(connection, cancellationToken);
        }

        public Statement Prepare(
            DbConnection connection, DbTransaction? transaction, string sql, IReadOnlyList<string> names) =>
            sqlite.Prepare(connection, transaction, sql, names);

        public Task<IReadOnlyList<string>> CheckAsync(DbConnection connection, CancellationToken cancellationToken) =>
            sqlite.CheckAsync(connection, cancellationToken);

        public TrendingMailException? Explain(DbException exception) => sqlite.Explain(exception);
    }
}
