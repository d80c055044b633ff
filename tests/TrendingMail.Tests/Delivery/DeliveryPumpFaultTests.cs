using System.Data;
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

        // Time passes only for the outcome, as the mail must not grow old before.
        await PassTimeAsync(draining);
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

    [Fact]
    public async Task AMarkWhoseAnswerWasLostIsTakenBackForItsMailDidNotLeave()
    {
        await QueueAsync("ada@example.org");
        var delivery = Assert.Single(await Ledger.ClaimAsync(NodeId.Own, 1, Stop));
        dialect.LostAnswers = 1;
        await Assert.ThrowsAsync<TrendingMailException>(() => Clerk(NodeId.Own).BeginAsync(delivery));
        Assert.Equal([("sending", 1)], await DeliveriesAsync());

        Assert.True(await Clerk(NodeId.Own).TakeBackAsync(delivery));

        Assert.Equal([("queued", 0)], await DeliveriesAsync());
        await AssertCountsAsync();
        Assert.False(await Clerk(NodeId.Own).TakeBackAsync(delivery));
        await AssertCountsAsync();
        Assert.True(await Clerk(NodeId.Own).BeginAsync(delivery));
    }

    [Fact(Timeout = 60_000)]
    public async Task AnOutcomeWhoseAnswerWasLostIsWrittenOnce()
    {
        await QueueAsync("ada@example.org");
        var delivery = (await BeginAsync())!;
        dialect.LostAnswers = 1;

        var recording = RecordAsync(delivery, new Verdict(DeliveryState.Failed, null, "550 no"));
        await PassTimeAsync(recording);

        Assert.True(await recording);
        Assert.Equal(0, dialect.LostAnswers);
        Assert.Equal([("failed", 1)], await DeliveriesAsync());
        Assert.Equal(1, await CountAsync("delivery_events"));
        await AssertCountsAsync();
    }

    /// <summary>
    /// Lets time pass until something is over, step by step: a look without end would take the processor from those who are to bring it
    /// about.
    /// </summary>
    private async Task PassTimeAsync(Task work)
    {
        while (await Task.WhenAny(work, Task.Delay(Look, Stop)) != work)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await work;
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

    /// <summary>A transaction that is done when it says that it failed.</summary>
    private sealed class LostAnswer(DbTransaction inner) : DbTransaction
    {
        public override IsolationLevel IsolationLevel => inner.IsolationLevel;

        protected override DbConnection? DbConnection => inner.Connection;

        public override void Commit()
        {
            inner.Commit();
            throw new SqliteException("disk I/O error", 10);
        }

        public override void Rollback() => inner.Rollback();
    }

    /// <summary>SQLite, whose next transactions find the database locked, or lose its answer.</summary>
    private sealed class FaultyDialect(IDialect sqlite) : IDialect
    {
        public int LockedWrites { get; set; }

        /// <summary>How many of the next transactions are made durable without their answer coming back.</summary>
        public int LostAnswers { get; set; }

        public string Name => sqlite.Name;

        public string Location => sqlite.Location;

        public int WriteLanes => sqlite.WriteLanes;

        public string TableExistsSql => sqlite.TableExistsSql;

        public string NumbersSql(string parameter) => sqlite.NumbersSql(parameter);

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

        public async Task<DbTransaction> BeginBesideAsync(DbConnection connection, CancellationToken cancellationToken)
        {
            var transaction = await BeginWriteAsync(connection, cancellationToken);
            if (LostAnswers == 0)
            {
                return transaction;
            }

            LostAnswers--;
            return new LostAnswer(transaction);
        }

        public Statement Prepare(
            DbConnection connection, DbTransaction? transaction, string sql, IReadOnlyList<string> names) =>
            sqlite.Prepare(connection, transaction, sql, names);

        public Task<IReadOnlyList<string>> CheckAsync(DbConnection connection, CancellationToken cancellationToken) =>
            sqlite.CheckAsync(connection, cancellationToken);

        public TrendingMailException? Explain(DbException exception) => sqlite.Explain(exception);
    }
}
