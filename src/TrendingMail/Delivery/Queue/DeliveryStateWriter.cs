using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TrendingMail.Storage;
using TrendingMail.Storage.Writing;

namespace TrendingMail.Delivery.Queue;

/// <summary>
/// Writes the state changes of claimed deliveries. One writer serves all workers and batches their changes: those that
/// arrive during a commit go into the next transaction, so that many messages share one flush to disk.
/// <para>
/// The <c>sending</c> state is durable before a message begins to leave, and its outcome right after the server's
/// reply. After a crash, the rows in <c>sending</c> are exactly the messages that were in flight.
/// </para>
/// </summary>
public sealed class DeliveryStateWriter : IAsyncDisposable
{
    private const int MaxBatchSize = 500;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The minimum time between transactions while messages are in flight: a commit costs the same for one outcome as
    /// for twenty.
    /// </summary>
    private static readonly TimeSpan CommitInterval = TimeSpan.FromMilliseconds(4);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(1);

    private readonly Channel<StateChange> changes =
        Channel.CreateUnbounded<StateChange>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource shutdown = new();
    private readonly PersistentWriter writer;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly string processId;
    private readonly TimeSpan lease;
    private readonly Task processing;
    private long committedAt;
    private int inFlight;

    /// <param name="processId">The process whose claims are changed.</param>
    public DeliveryStateWriter(
        Database database, DeliveryOptions options, TimeProvider clock,
        ILogger<DeliveryStateWriter> logger, string processId)
    {
        lease = options.Lease;
        writer = new PersistentWriter(database);
        this.clock = clock;
        this.logger = logger;
        this.processId = processId;
        processing = Task.Run(ProcessAsync);
    }

    /// <summary>Marks a claimed delivery as sending. When this returns true, the mark is durable.</summary>
    /// <param name="selection">What the message contains; null for nothing to be kept.</param>
    /// <returns>
    /// False, with nothing changed, if the claim was lost, if delivery is on hold, or if the subscriber has since left,
    /// been suppressed or changed the address, so that the composed message no longer applies.
    /// </returns>
    /// <exception cref="TrendingMailException">The queue cannot be written: the message must not be sent.</exception>
    public Task<bool> MarkSendingAsync(ClaimedDelivery delivery, string? selection = null) =>
        EnqueueAsync(new StateChange.MarkSending(delivery, selection));

    /// <summary>
    /// Records the outcome of a claimed delivery. Retries while the database is locked or its disk is full, because a
    /// message whose outcome is lost would be sent again.
    /// </summary>
    /// <returns>False, with nothing changed, if another node took over the delivery because the lease had
    /// expired.</returns>
    public Task<bool> RecordOutcomeAsync(ClaimedDelivery delivery, DeliveryTransition transition) =>
        EnqueueAsync(new StateChange.RecordOutcome(delivery, transition));

    /// <summary>
    /// Reverts a sending mark when <see cref="MarkSendingAsync"/> failed and the mark may be durable: the message was
    /// not sent. Retries as <see cref="RecordOutcomeAsync"/> does.
    /// </summary>
    public Task<bool> RevertSendingAsync(ClaimedDelivery delivery) =>
        EnqueueAsync(new StateChange.RevertSending(delivery));

    /// <summary>Releases a claimed delivery that was not marked as sending.</summary>
    /// <param name="notBefore">When it may be claimed again; null for at once.</param>
    public Task<bool> ReleaseAsync(ClaimedDelivery delivery, DateTimeOffset? notBefore) =>
        EnqueueAsync(new StateChange.Release(delivery, notBefore));

    /// <summary>Releases a claimed delivery that waits for a reason, which its history shows.</summary>
    /// <param name="notBefore">When it may be claimed again.</param>
    public Task<bool> PostponeAsync(ClaimedDelivery delivery, DateTimeOffset notBefore, string reason) =>
        EnqueueAsync(new StateChange.Postpone(delivery, notBefore, reason));

    /// <summary>Writes the pending changes and ends; changes that cannot be written are given up.</summary>
    public async ValueTask DisposeAsync()
    {
        changes.Writer.TryComplete();
        await shutdown.CancelAsync();
        await processing;
        await writer.DisposeAsync();
        shutdown.Dispose();
    }

    private Task<bool> EnqueueAsync(StateChange change)
    {
        ObjectDisposedException.ThrowIf(!changes.Writer.TryWrite(change), this);
        return change.Completion.Task;
    }

    private async Task ProcessAsync()
    {
        var batch = new List<StateChange>();
        while (batch.Count > 0 || await changes.Reader.WaitToReadAsync())
        {
            await CollectBatchAsync(batch);
            var start = Stopwatch.GetTimestamp();
            try
            {
                await writer.WriteAsync(
                    preparedStatements => ApplyAsync(preparedStatements, batch), CancellationToken.None);
                DeliveryMeter.RecordCommit(Stopwatch.GetElapsedTime(start), batch.Count);
                committedAt = start;
                foreach (var change in batch)
                {
                    inFlight += change.Complete();
                }

                batch.Clear();
            }
            catch (TrendingMailException e)
            {
                foreach (var markSending in batch.OfType<StateChange.MarkSending>())
                {
                    markSending.Completion.TrySetException(e);
                }

                batch.RemoveAll(change => change is StateChange.MarkSending);
                batch.ForEach(change => change.IsInDoubt = true);
                await WaitToRetryAsync(batch, e);
            }
            catch (Exception e)
            {
                batch.ForEach(change => change.Completion.TrySetException(e));
                batch.Clear();
            }
        }
    }

    /// <summary>
    /// Collects the pending changes. If fewer than half of the messages in flight have an outcome, waits a few
    /// milliseconds for more. Connections whose outcomes are being committed send their next message meanwhile.
    /// </summary>
    private async ValueTask CollectBatchAsync(List<StateChange> batch)
    {
        while (true)
        {
            while (batch.Count < MaxBatchSize && changes.Reader.TryRead(out var change))
            {
                batch.Add(change);
            }

            if (batch.Count == MaxBatchSize || Stopwatch.GetElapsedTime(committedAt) >= CommitInterval
                || inFlight <= 2 * batch.Count(change => change is StateChange.RecordOutcome))
            {
                return;
            }

            // Real time, because the clock of a test stands still.
            await Task.Delay(PollInterval);
        }
    }

    private async Task WaitToRetryAsync(List<StateChange> batch, TrendingMailException fault)
    {
        if (batch.Count == 0)
        {
            return;
        }

        if (shutdown.IsCancellationRequested)
        {
            logger.LogError("{Count} state changes could not be written: {Fault}", batch.Count, fault.Message);
            batch.ForEach(change => change.Completion.TrySetException(fault));
            batch.Clear();
            return;
        }

        logger.LogError("Cannot write {Count} state changes, retrying: {Fault}", batch.Count, fault.Message);

        // Real time: nothing else may advance the clock of a test that waits for this.
        await Task.Delay(RetryDelay, shutdown.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ApplyAsync(PreparedStatements preparedStatements, List<StateChange> batch)
    {
        var now = clock.GetUtcNow();
        var counts = new MailingCountChanges();
        var rowCounts = await preparedStatements.ExecuteAsync(
            [.. batch.Select(change => change.ToCall(processId, now, lease))]);
        var calls = new List<StatementCall>();
        for (var i = 0; i < rowCounts.Length; i++)
        {
            if (rowCounts[i] == 0 && batch[i] is { IsInDoubt: true, Probe: { } probe })
            {
                batch[i].IsCommitted = (await preparedStatements.ExecuteAsync([probe]))[0] > 0;
                continue;
            }

            if (batch[i].Apply(rowCounts[i] > 0, counts, now) is { } eventCall)
            {
                calls.Add(eventCall);
            }
        }

        await preparedStatements.ExecuteAsync([.. calls, .. counts.ToCalls()]);
    }
}
