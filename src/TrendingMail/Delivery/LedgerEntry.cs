using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>Something that a lane asks <see cref="LedgerClerk"/> to write down about a claimed delivery.</summary>
internal abstract class LedgerEntry(ClaimedDelivery delivery)
{
    /// <summary>Ends when it is durable: whether anything was changed.</summary>
    public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected ClaimedDelivery Delivery { get; } = delivery;

    /// <summary>A transaction with it has failed, or has not: the connection was lost before the engine said so.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>That transaction has not failed.</summary>
    public bool IsDone { get; set; }

    /// <summary>A statement that changes nothing, but finds what the entry left where it was written; null where that is no matter.</summary>
    public virtual StatementCall? Traces => null;

    private bool IsApplied { get; set; }

    /// <summary>The statement that writes it, and changes one delivery, or none where another process has it now.</summary>
    /// <param name="node">Whose claims are moved.</param>
    public abstract StatementCall ToCall(string node, DateTimeOffset now, TimeSpan lease);

    /// <summary>Takes up, inside the transaction, what the statement came to.</summary>
    /// <returns>What is to be noted of it.</returns>
    public StatementCall? Apply(bool isChanged, MailingCounts counts, DateTimeOffset now)
    {
        IsApplied = isChanged;
        if (!isChanged)
        {
            return null;
        }

        counts.Move(Delivery.MailingId, Before, After);
        return Happened(now);
    }

    /// <summary>The transaction is durable.</summary>
    /// <returns>By how many messages more are under way now.</returns>
    public int Complete()
    {
        var before = Delivery.State;
        var isWritten = IsApplied || IsDone;
        if (isWritten)
        {
            Delivery.State = After;
        }

        Done.TrySetResult(isWritten);
        return (After == DeliveryState.Sending && isWritten ? 1 : 0) - (this is Record && before == DeliveryState.Sending ? 1 : 0);
    }

    /// <summary>
    /// The number of attempts begun as far as this claim knows: in the ledger there are more where this process was held up
    /// past its lease, lost the delivery, and took it anew.
    /// </summary>
    protected long Fence => Delivery.State == DeliveryState.Sending ? Delivery.Attempts : Delivery.Attempts - 1;

    protected virtual DeliveryState Before => Delivery.State;

    protected abstract DeliveryState After { get; }

    protected virtual StatementCall? Happened(DateTimeOffset now) => null;

    /// <summary>It is about to leave.</summary>
    public sealed class Begin(ClaimedDelivery delivery) : LedgerEntry(delivery)
    {
        private static readonly string[] Names =
            ["@attempts", "@leaseUntil", "@id", "@node", "@fence", "@readerState", "@address", "@suppression"];

        protected override DeliveryState After => DeliveryState.Sending;

        public override StatementCall ToCall(string node, DateTimeOffset now, TimeSpan lease) => new(
            """
            UPDATE deliveries
            SET state = 'sending', attempts = @attempts, lease_until = @leaseUntil
            WHERE id = @id AND claimed_by = @node AND state IN ('queued', 'deferred') AND attempts = @fence
              AND EXISTS (SELECT 1 FROM subscribers
                          WHERE id = deliveries.subscriber_id AND state = @readerState AND address = @address
                            AND (SELECT reason FROM suppressions x WHERE x.address_key = subscribers.address_key)
                                IS NOT DISTINCT FROM @suppression)
            """, Names,
            [
                (long)Delivery.Attempts, (now + lease).ToUnixTimeMilliseconds(), Delivery.Id, node, Fence,
                Delivery.Reader!.State.ToColumn(), Delivery.Reader.Address, Delivery.Reader.Suppression?.ToColumn(),
            ]);
    }

    /// <summary>It did not leave: whether <see cref="Begin"/> was written is not known.</summary>
    public sealed class TakeBack(ClaimedDelivery delivery) : LedgerEntry(delivery)
    {
        private static readonly string[] Names = ["@state", "@fence", "@id", "@node", "@attempts"];

        protected override DeliveryState Before => DeliveryState.Sending;

        protected override DeliveryState After => Delivery.State;

        public override StatementCall ToCall(string node, DateTimeOffset now, TimeSpan lease) => new(
            """
            UPDATE deliveries
            SET state = @state, attempts = @fence
            WHERE id = @id AND claimed_by = @node AND state = 'sending' AND attempts = @attempts
            """, Names, [Delivery.State.ToColumn(), Fence, Delivery.Id, node, (long)Delivery.Attempts]);
    }

    /// <summary>What came of it.</summary>
    public sealed class Record(ClaimedDelivery delivery, Verdict verdict) : LedgerEntry(delivery)
    {
        private static readonly string[] Names =
            ["@state", "@attempts", "@nextAttemptAt", "@reply", "@endedAt", "@id", "@node", "@from", "@fence"];

        private static readonly string[] EventNames = ["@id", "@at", "@kind", "@detail"];

        private static readonly string[] TraceNames = ["@id", "@state", "@reply", "@attempts"];

        public override StatementCall? Traces => new(
            """
            UPDATE deliveries
            SET reply = reply
            WHERE id = @id AND claimed_by IS NULL AND state = @state AND reply IS NOT DISTINCT FROM @reply AND attempts = @attempts
            """, TraceNames, [Delivery.Id, verdict.State.ToColumn(), verdict.Reply, AttemptsAfter]);

        protected override DeliveryState After => verdict.State;

        private long AttemptsAfter => Delivery.State == DeliveryState.Sending || verdict.State == DeliveryState.Deferred
            ? Delivery.Attempts
            : Delivery.Attempts - 1;

        public override StatementCall ToCall(string node, DateTimeOffset now, TimeSpan lease) => new(
            """
            UPDATE deliveries
            SET state = @state, attempts = @attempts, next_attempt_at = COALESCE(@nextAttemptAt, next_attempt_at),
                reply = @reply, ended_at = @endedAt, lease_until = NULL, claimed_by = NULL
            WHERE id = @id AND claimed_by = @node AND state = @from AND attempts = @fence
            """, Names,
            [
                verdict.State.ToColumn(), AttemptsAfter, verdict.NextAttemptAt?.ToUnixTimeMilliseconds(), verdict.Reply,
                verdict.NextAttemptAt is null ? now.ToUnixTimeMilliseconds() : null, Delivery.Id, node, Delivery.State.ToColumn(), Fence,
            ]);

        protected override StatementCall? Happened(DateTimeOffset now) => EventOf(verdict.State) is not { } kind ? null
            : new StatementCall("""
                INSERT INTO delivery_events (delivery_id, at, kind, detail) VALUES (@id, @at, @kind, @detail)
                """, EventNames, [Delivery.Id, now.ToUnixTimeMilliseconds(), kind.ToColumn(), verdict.Reply]);

        private static DeliveryEventKind? EventOf(DeliveryState state) => state switch
        {
            DeliveryState.Deferred => DeliveryEventKind.Deferred,
            DeliveryState.Failed => DeliveryEventKind.Failed,
            DeliveryState.Skipped => DeliveryEventKind.Skipped,
            DeliveryState.Uncertain => DeliveryEventKind.Uncertain,
            _ => null,
        };
    }

    /// <summary>It was not begun, and is free again.</summary>
    /// <param name="notBefore">When it may be claimed again; null for at once.</param>
    public sealed class PutBack(ClaimedDelivery delivery, DateTimeOffset? notBefore) : LedgerEntry(delivery)
    {
        private static readonly string[] Names = ["@notBefore", "@id", "@node"];

        protected override DeliveryState After => Delivery.State;

        public override StatementCall ToCall(string node, DateTimeOffset now, TimeSpan lease) => new(
            """
            UPDATE deliveries
            SET next_attempt_at = COALESCE(@notBefore, next_attempt_at), lease_until = NULL, claimed_by = NULL
            WHERE id = @id AND claimed_by = @node AND state IN ('queued', 'deferred')
            """, Names, [notBefore?.ToUnixTimeMilliseconds(), Delivery.Id, node]);
    }
}
