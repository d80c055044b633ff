using System.Diagnostics;
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

    /// <summary>
    /// How far apart transactions begin at least while messages are under way: making one durable costs the same for one
    /// outcome and for twenty.
    /// </summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(4);

    private static readonly TimeSpan GatherStep = TimeSpan.FromMilliseconds(1);

    private readonly Channel<LedgerEntry> entries =
        Channel.CreateUnbounded<LedgerEntry>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource givenUp = new();
    private readonly StandingWriter writer;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly string node;
    private readonly TimeSpan lease;
    private readonly Task working;
    private long committedAt;
    private int underWay;

    /// <param name="node">Whose claims are moved.</param>
    public LedgerClerk(
        Database database, DeliveryOptions options, TimeProvider clock, ILogger<LedgerClerk> logger, string node)
    {
        lease = options.Lease;
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
    public Task<bool> BeginAsync(ClaimedDelivery delivery) => EnterAsync(new LedgerEntry.Begin(delivery));

    /// <summary>
    /// Writes down what came of a claimed delivery, and does not let go while the database is locked or its disk full: a
    /// message that left and is not in the ledger would leave again.
    /// </summary>
    /// <returns>False, with nothing changed, where another node took it over because this one was thought dead.</returns>
    public Task<bool> RecordAsync(ClaimedDelivery delivery, Verdict verdict) =>
        EnterAsync(new LedgerEntry.Record(delivery, verdict));

    /// <summary>
    /// Undoes the mark of a delivery that <see cref="BeginAsync"/> could not say whether it is durable: its message did not leave.
    /// Like an outcome it does not let go.
    /// </summary>
    public Task<bool> TakeBackAsync(ClaimedDelivery delivery) => EnterAsync(new LedgerEntry.TakeBack(delivery));

    /// <summary>Gives a claimed delivery that was not begun back to the ledger.</summary>
    /// <param name="notBefore">When it may be claimed again; null for at once.</param>
    public Task<bool> PutBackAsync(ClaimedDelivery delivery, DateTimeOffset? notBefore) =>
        EnterAsync(new LedgerEntry.PutBack(delivery, notBefore));

    /// <summary>Ends after all that was asked for is written; what cannot be written now is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        entries.Writer.TryComplete();
        await givenUp.CancelAsync();
        await working;
        await writer.DisposeAsync();
        givenUp.Dispose();
    }

    private Task<bool> EnterAsync(LedgerEntry entry)
    {
        ObjectDisposedException.ThrowIf(!entries.Writer.TryWrite(entry), this);
        return entry.Done.Task;
    }

    private async Task WorkAsync()
    {
        var batch = new List<LedgerEntry>();
        while (batch.Count > 0 || await entries.Reader.WaitToReadAsync())
        {
            await GatherAsync(batch);
            var start = Stopwatch.GetTimestamp();
            try
            {
                await writer.WriteAsync(statements => ApplyAsync(statements, batch), CancellationToken.None);
                DeliveryMeter.Committed(Stopwatch.GetElapsedTime(start), batch.Count);
                committedAt = start;
                foreach (var entry in batch)
                {
                    underWay += entry.Complete();
                }

                batch.Clear();
            }
            catch (TrendingMailException e)
            {
                foreach (var begin in batch.OfType<LedgerEntry.Begin>())
                {
                    begin.Done.TrySetException(e);
                }

                batch.RemoveAll(entry => entry is LedgerEntry.Begin);
                batch.ForEach(entry => entry.IsInDoubt = true);
                await WaitToRetryAsync(batch, e);
            }
            catch (Exception e)
            {
                batch.ForEach(entry => entry.Done.TrySetException(e));
                batch.Clear();
            }
        }
    }

    /// <summary>
    /// Takes what lanes have asked for; where fewer than half of them have, waits some ms for the others. Those whose outcome is
    /// in a transaction send again while the rest come to theirs.
    /// </summary>
    private async ValueTask GatherAsync(List<LedgerEntry> batch)
    {
        while (true)
        {
            while (batch.Count < LargestTransaction && entries.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            if (batch.Count == LargestTransaction || Stopwatch.GetElapsedTime(committedAt) >= Gather
                || underWay <= 2 * batch.Count(entry => entry is LedgerEntry.Record))
            {
                return;
            }

            // The machine's own time: the clock of a test stands still.
            await Task.Delay(GatherStep);
        }
    }

    private async Task WaitToRetryAsync(List<LedgerEntry> batch, TrendingMailException fault)
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

    private async Task ApplyAsync(Statements statements, List<LedgerEntry> batch)
    {
        var now = clock.GetUtcNow();
        var counts = new MailingCounts();
        var changed = await statements.ExecuteAsync([.. batch.Select(entry => entry.ToCall(node, now, lease))]);
        var calls = new List<StatementCall>();
        for (var i = 0; i < changed.Length; i++)
        {
            if (changed[i] == 0 && batch[i] is { IsInDoubt: true, Traces: { } traces })
            {
                batch[i].IsDone = (await statements.ExecuteAsync([traces]))[0] > 0;
                continue;
            }

            if (batch[i].Apply(changed[i] > 0, counts, now) is { } happened)
            {
                calls.Add(happened);
            }
        }

        await statements.ExecuteAsync([.. calls, .. counts.ToCalls()]);
    }
}
