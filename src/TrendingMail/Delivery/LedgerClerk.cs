using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>
/// Moves single deliveries from state to state. One writer serves all lanes: whatever they ask for while a transaction is
/// being made durable goes into the next one, so that a busy program pays for the disk once for many messages.
/// <para>
/// A row is in <c>sending</c>, durably, before its message begins to leave, and its outcome is durable right after the
/// server's reply: what a crash leaves in <c>sending</c> is what was in flight.
/// </para>
/// </summary>
public sealed class LedgerClerk : IAsyncDisposable
{
    private const int LargestTransaction = 500;

    private static readonly TimeSpan RecordRetry = TimeSpan.FromSeconds(1);

    private readonly Channel<Entry> entries =
        Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource givenUp = new();
    private readonly StandingWriter writer;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly string node;
    private readonly Task working;

    /// <param name="node">Whose claims are moved.</param>
    public LedgerClerk(Database database, TimeProvider clock, ILogger<LedgerClerk> logger, string node)
    {
        writer = new StandingWriter(database);
        this.clock = clock;
        this.logger = logger;
        this.node = node;
        working = Task.Run(WorkAsync);
    }

    /// <summary>Marks a claimed delivery as in flight. When this returns true, the mark is durable.</summary>
    /// <returns>
    /// False, with nothing changed, where the claim was lost, or where the reader is not any more who the mail was
    /// composed for: has left, was suppressed, or moved to another address.
    /// </returns>
    /// <exception cref="TrendingMailException">The ledger cannot be written: the mail must not leave.</exception>
    public Task<bool> BeginAsync(ClaimedDelivery delivery) => EnterAsync(new Entry.Begin(delivery));

    /// <summary>
    /// Writes down what came of a claimed delivery, and does not let go while the database is locked or its disk full: a
    /// message that left and is not in the ledger would leave again.
    /// </summary>
    /// <returns>False, with nothing changed, where another node took it over because this one was thought dead.</returns>
    public Task<bool> RecordAsync(ClaimedDelivery delivery, Verdict verdict) =>
        EnterAsync(new Entry.Record(delivery, verdict));

    /// <summary>Gives a claimed delivery that was not begun back to the ledger.</summary>
    /// <param name="notBefore">When it may be claimed again; null for at once.</param>
    public Task<bool> PutBackAsync(ClaimedDelivery delivery, DateTimeOffset? notBefore) =>
        EnterAsync(new Entry.PutBack(delivery, notBefore));

    /// <summary>Ends after all that was asked for is written; what cannot be written now is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        entries.Writer.TryComplete();
        await givenUp.CancelAsync();
        await working;
        await writer.DisposeAsync();
        givenUp.Dispose();
    }

    private Task<bool> EnterAsync(Entry entry)
    {
        ObjectDisposedException.ThrowIf(!entries.Writer.TryWrite(entry), this);
        return entry.Done.Task;
    }

    private async Task WorkAsync()
    {
        var batch = new List<Entry>();
        while (batch.Count > 0 || await entries.Reader.WaitToReadAsync())
        {
            while (batch.Count < LargestTransaction && entries.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            try
            {
                await writer.WriteAsync(statements => ApplyAsync(statements, batch), CancellationToken.None);
                batch.ForEach(entry => entry.Complete());
                batch.Clear();
            }
            catch (TrendingMailException e)
            {
                foreach (var begin in batch.OfType<Entry.Begin>())
                {
                    begin.Done.TrySetException(e);
                }

                batch.RemoveAll(entry => entry is Entry.Begin);
                await WaitToRetryAsync(batch, e);
            }
            catch (Exception e)
            {
                batch.ForEach(entry => entry.Done.TrySetException(e));
                batch.Clear();
            }
        }
    }

    private async Task WaitToRetryAsync(List<Entry> batch, TrendingMailException fault)
    {
        if (batch.Count == 0)
        {
            return;
        }

        if (givenUp.IsCancellationRequested)
        {
            logger.LogError("{Count} outcomes are not in the ledger: {Fault}", batch.Count, fault.Message);
            batch.ForEach(entry => entry.Done.TrySetException(fault));
            batch.Clear();
            return;
        }

        logger.LogError("Cannot write {Count} outcomes into the ledger, trying again: {Fault}", batch.Count, fault.Message);
        await Task.Delay(RecordRetry, clock, givenUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ApplyAsync(Statements statements, List<Entry> batch)
    {
        var now = clock.GetUtcNow();
        var counts = new MailingCounts();
        foreach (var entry in batch)
        {
            var rows = entry switch
            {
                Entry.Begin begin => await ApplyAsync(statements, begin, now, counts),
                Entry.Record record => await ApplyAsync(statements, record, now, counts),
                Entry.PutBack back => await ApplyAsync(statements, back),
                _ => throw new InvalidOperationException($"{entry} is no entry."),
            };
            entry.IsApplied = rows > 0;
        }

        await counts.WriteAsync(statements);
    }

    private async Task<int> ApplyAsync(Statements statements, Entry.Begin begin, DateTimeOffset now, MailingCounts counts)
    {
        var delivery = begin.Delivery;
        var rows = await statements.ExecuteAsync("""
            UPDATE deliveries
            SET state = 'sending', attempts = @attempts, lease_until = @leaseUntil
            WHERE id = @id AND claimed_by = @node AND state IN ('queued', 'deferred')
              AND EXISTS (SELECT 1 FROM subscribers
                          WHERE id = deliveries.subscriber_id AND state = @readerState AND address = @address
                            AND (SELECT reason FROM suppressions x WHERE x.address_key = subscribers.address_key)
                                IS NOT DISTINCT FROM @suppression)
            """,
            ("@attempts", delivery.Attempts),
            ("@leaseUntil", (now + Ledger.Lease).ToUnixTimeMilliseconds()),
            ("@id", delivery.Id),
            ("@node", node),
            ("@readerState", delivery.Reader!.State.ToColumn()),
            ("@address", delivery.Reader.Address),
            ("@suppression", delivery.Reader.Suppression?.ToColumn()));
        if (rows > 0)
        {
            counts.Move(delivery.MailingId, delivery.State, DeliveryState.Sending);
        }

        return rows;
    }

    private async Task<int> ApplyAsync(Statements statements, Entry.Record record, DateTimeOffset now, MailingCounts counts)
    {
        var (delivery, verdict) = record;
        var wasSending = delivery.State == DeliveryState.Sending;
        var rows = await statements.ExecuteAsync("""
            UPDATE deliveries
            SET state = @state, attempts = @attempts, next_attempt_at = COALESCE(@nextAttemptAt, next_attempt_at),
                reply = @reply, ended_at = @endedAt, lease_until = NULL, claimed_by = NULL
            WHERE id = @id AND claimed_by = @node AND state = @from
            """,
            ("@state", verdict.State.ToColumn()),
            ("@attempts", wasSending || verdict.State == DeliveryState.Deferred ? delivery.Attempts : delivery.Attempts - 1),
            ("@nextAttemptAt", verdict.NextAttemptAt?.ToUnixTimeMilliseconds()),
            ("@reply", verdict.Reply),
            ("@endedAt", verdict.NextAttemptAt is null ? now.ToUnixTimeMilliseconds() : null),
            ("@id", delivery.Id),
            ("@node", node),
            ("@from", delivery.State.ToColumn()));
        if (rows == 0)
        {
            return 0;
        }

        counts.Move(delivery.MailingId, delivery.State, verdict.State);
        if (EventOf(verdict.State) is { } kind)
        {
            await statements.ExecuteAsync("""
                INSERT INTO delivery_events (delivery_id, at, kind, detail) VALUES (@id, @at, @kind, @detail)
                """,
                ("@id", delivery.Id),
                ("@at", now.ToUnixTimeMilliseconds()),
                ("@kind", kind.ToColumn()),
                ("@detail", verdict.Reply));
        }

        return rows;
    }

    private Task<int> ApplyAsync(Statements statements, Entry.PutBack back) =>
        statements.ExecuteAsync("""
            UPDATE deliveries
            SET next_attempt_at = COALESCE(@notBefore, next_attempt_at), lease_until = NULL, claimed_by = NULL
            WHERE id = @id AND claimed_by = @node AND state IN ('queued', 'deferred')
            """,
            ("@notBefore", back.NotBefore?.ToUnixTimeMilliseconds()),
            ("@id", back.Delivery.Id),
            ("@node", node));

    private static DeliveryEventKind? EventOf(DeliveryState state) => state switch
    {
        DeliveryState.Deferred => DeliveryEventKind.Deferred,
        DeliveryState.Failed => DeliveryEventKind.Failed,
        DeliveryState.Skipped => DeliveryEventKind.Skipped,
        DeliveryState.Uncertain => DeliveryEventKind.Uncertain,
        _ => null,
    };

    private abstract record Entry(ClaimedDelivery Delivery)
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsApplied { get; set; }

        public void Complete()
        {
            if (IsApplied)
            {
                Delivery.State = After;
            }

            Done.TrySetResult(IsApplied);
        }

        protected abstract DeliveryState After { get; }

        public sealed record Begin(ClaimedDelivery Delivery) : Entry(Delivery)
        {
            protected override DeliveryState After => DeliveryState.Sending;
        }

        public sealed record Record(ClaimedDelivery Delivery, Verdict Verdict) : Entry(Delivery)
        {
            protected override DeliveryState After => Verdict.State;
        }

        public sealed record PutBack(ClaimedDelivery Delivery, DateTimeOffset? NotBefore) : Entry(Delivery)
        {
            protected override DeliveryState After => Delivery.State;
        }
    }
}
