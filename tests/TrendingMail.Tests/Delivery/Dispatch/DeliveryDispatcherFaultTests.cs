using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;
using TrendingMail.Storage;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Dispatch;

public sealed class DeliveryDispatcherFaultTests : DeliveryQueueTestBase
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);

    private readonly FaultyDialect dialect;

    public DeliveryDispatcherFaultTests()
        : this(new FaultyFixture())
    {
    }

    private DeliveryDispatcherFaultTests(FaultyFixture fixture)
        : base(fixture)
    {
        dialect = (FaultyDialect)fixture.Dialect;
    }

    [Fact(Timeout = 60_000)]
    public async Task AnOutcomeIsRecordedOnceTheDatabaseIsBackAndTheMessageIsNotSentTwice()
    {
        await EnqueueAsync("ada@example.org");
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var transport = new ScriptedTransport(_ =>
        {
            dialect.LockedWrites = 3;
            sent.SetResult();
            return new Outcome.Accepted("250 ok");
        });
        using var dispatcher = CreateDispatcher(transport);

        var dispatching = dispatcher.DispatchAsync(null, Stop);
        await sent.Task.WaitAsync(Stop);

        // Advance the clock only now, so that the delivery does not expire before it is sent.
        await PassTimeAsync(dispatching);
        Assert.Equal(0, dialect.LockedWrites);
        Assert.Single(transport.SentIds);
        Assert.Equal([("sent", 1)], await DeliveriesAsync());
    }

    [Fact]
    public async Task NothingIsSentWhileTheDatabaseCannotBeWritten()
    {
        await EnqueueAsync("ada@example.org");
        var transport = ScriptedTransport.AcceptingAll();
        using var dispatcher = CreateDispatcher(transport);
        dialect.LockedWrites = 1;

        await Assert.ThrowsAsync<TrendingMailException>(() => dispatcher.DispatchAsync(null, Stop));

        Assert.Empty(transport.SentIds);
        Assert.Equal([("queued", 0)], await DeliveriesAsync());
    }

    [Fact]
    public async Task ASendingMarkWhoseCommitReplyWasLostIsReverted()
    {
        await EnqueueAsync("ada@example.org");
        var delivery = Assert.Single(await DeliveryQueue.ClaimAsync(ProcessId.Current, 1, Stop));
        dialect.LostReplies = 1;
        await Assert.ThrowsAsync<TrendingMailException>(
            () => StateWriter(ProcessId.Current).MarkSendingAsync(delivery));
        Assert.Equal([("sending", 1)], await DeliveriesAsync());

        Assert.True(await StateWriter(ProcessId.Current).RevertSendingAsync(delivery));

        Assert.Equal([("queued", 0)], await DeliveriesAsync());
        await AssertCountsAsync();
        Assert.False(await StateWriter(ProcessId.Current).RevertSendingAsync(delivery));
        await AssertCountsAsync();
        Assert.True(await StateWriter(ProcessId.Current).MarkSendingAsync(delivery));
    }

    [Fact(Timeout = 60_000)]
    public async Task AnOutcomeWhoseCommitReplyWasLostIsRecordedOnce()
    {
        await EnqueueAsync("ada@example.org");
        var delivery = (await ClaimAndMarkSendingAsync())!;
        dialect.LostReplies = 1;

        var recording = RecordOutcomeAsync(delivery, new DeliveryTransition(DeliveryState.Failed, null, "550 no"));
        await PassTimeAsync(recording);

        Assert.True(await recording);
        Assert.Equal(0, dialect.LostReplies);
        Assert.Equal([("failed", 1)], await DeliveriesAsync());
        Assert.Equal(1, await CountAsync("delivery_events"));
        await AssertCountsAsync();
    }

    /// <summary>
    /// Advances the clock step by step until the work is done, with a real delay between steps so that the work gets
    /// CPU time.
    /// </summary>
    private async Task PassTimeAsync(Task work)
    {
        while (await Task.WhenAny(work, Task.Delay(PollInterval, Stop)) != work)
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

        public override IServiceProvider Engine => sqlite.Engine;

        public override IDialect Dialect { get; }

        protected override ValueTask DropAsync() => sqlite.DisposeAsync();
    }

    /// <summary>A transaction that commits and then reports a failure.</summary>
    private sealed class LostReplyTransaction(DbTransaction inner) : DbTransaction
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

    /// <summary>SQLite whose next transactions find the database locked or lose the reply to the commit.</summary>
    private sealed class FaultyDialect(IDialect sqlite) : IDialect
    {
        public int LockedWrites { get; set; }

        /// <summary>The number of next transactions that are committed but report a failure.</summary>
        public int LostReplies { get; set; }

        public string Name => sqlite.Name;

        public string Location => sqlite.Location;

        public int MaximumConcurrentWrites => sqlite.MaximumConcurrentWrites;

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

        public async Task<DbTransaction> BeginConcurrentAsync(
            DbConnection connection, CancellationToken cancellationToken)
        {
            var transaction = await BeginWriteAsync(connection, cancellationToken);
            if (LostReplies == 0)
            {
                return transaction;
            }

            LostReplies--;
            return new LostReplyTransaction(transaction);
        }

        public Statement Prepare(
            DbConnection connection, DbTransaction? transaction, string sql, IReadOnlyList<string> names) =>
            sqlite.Prepare(connection, transaction, sql, names);

        public Task<IReadOnlyList<string>> CheckAsync(DbConnection connection, CancellationToken cancellationToken) =>
            sqlite.CheckAsync(connection, cancellationToken);

        public TrendingMailException? Explain(DbException exception) => sqlite.Explain(exception);
    }
}
