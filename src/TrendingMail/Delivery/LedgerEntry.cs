using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>Something that a lane asks <see cref="LedgerClerk"/> to write down about a claimed delivery.</summary>
internal abstract class LedgerEntry(ClaimedDelivery delivery)
{
    /// <summary>Ends when it is durable: whether anything was changed.</summary>
    public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected ClaimedDelivery Delivery { get; } = delivery;

    private bool IsApplied { get; set; }

    /// <summary>Writes it, inside a transaction.</summary>
    /// <param name="node">Whose claims are moved.</param>
    public async Task ApplyAsync(Statements statements, string node, DateTimeOffset now, MailingCounts counts) =>
        IsApplied = await WriteAsync(statements, node, now, counts) > 0;

    /// <summary>The transaction is durable.</summary>
    /// <returns>By how many messages more are under way now.</returns>
    public int Complete()
    {
        var before = Delivery.State;
        if (IsApplied)
        {
            Delivery.State = After;
        }

        Done.TrySetResult(IsApplied);
        return (After == DeliveryState.Sending && IsApplied ? 1 : 0) - (this is Record && before == DeliveryState.Sending ? 1 : 0);
    }

    /// <summary>
    /// The number of attempts begun as far as this claim knows: in the ledger there are more where this process was held up
    /// past its lease, lost the delivery, and took it anew.
    /// </summary>
    protected long Fence => Delivery.State == DeliveryState.Sending ? Delivery.Attempts : Delivery.Attempts - 1;

    protected abstract DeliveryState After { get; }

    /// <returns>How many deliveries were changed: one, or none where another process has it now.</returns>
    protected abstract Task<int> WriteAsync(
        Statements statements, string node, DateTimeOffset now, MailingCounts counts);

    /// <summary>It is about to leave.</summary>
    public sealed class Begin(ClaimedDelivery delivery) : LedgerEntry(delivery)
    {
        private static readonly string[] Names =
            ["@attempts", "@leaseUntil", "@id", "@node", "@fence", "@readerState", "@address", "@suppression"];

        protected override DeliveryState After => DeliveryState.Sending;

        protected override async Task<int> WriteAsync(
            Statements statements, string node, DateTimeOffset now, MailingCounts counts)
        {
            var rows = await statements.Get("""
                UPDATE deliveries
                SET state = 'sending', attempts = @attempts, lease_until = @leaseUntil
                WHERE id = @id AND claimed_by = @node AND state IN ('queued', 'deferred') AND attempts = @fence
                  AND EXISTS (SELECT 1 FROM subscribers
                              WHERE id = deliveries.subscriber_id AND state = @readerState AND address = @address
                                AND (SELECT reason FROM suppressions x WHERE x.address_key = subscribers.address_key)
                                    IS NOT DISTINCT FROM @suppression)
                """, Names).ExecuteAsync(
                    (long)Delivery.Attempts, (now + Ledger.Lease).ToUnixTimeMilliseconds(), Delivery.Id, node, Fence,
                    Delivery.Reader!.State.ToColumn(), Delivery.Reader.Address, Delivery.Reader.Suppression?.ToColumn());
            if (rows > 0)
            {
                counts.Move(Delivery.MailingId, Delivery.State, DeliveryState.Sending);
            }

            return rows;
        }
    }

    /// <summary>What came of it.</summary>
    public sealed class Record(ClaimedDelivery delivery, Verdict verdict) : LedgerEntry(delivery)
    {
        private static readonly string[] Names =
            ["@state", "@attempts", "@nextAttemptAt", "@reply", "@endedAt", "@id", "@node", "@from", "@fence"];

        private static readonly string[] EventNames = ["@id", "@at", "@kind", "@detail"];

        protected override DeliveryState After => verdict.State;

        protected override async Task<int> WriteAsync(
            Statements statements, string node, DateTimeOffset now, MailingCounts counts)
        {
            var wasTried = Delivery.State == DeliveryState.Sending || verdict.State == DeliveryState.Deferred;
            var rows = await statements.Get("""
                UPDATE deliveries
                SET state = @state, attempts = @attempts, next_attempt_at = COALESCE(@nextAttemptAt, next_attempt_at),
                    reply = @reply, ended_at = @endedAt, lease_until = NULL, claimed_by = NULL
                WHERE id = @id AND claimed_by = @node AND state = @from AND attempts = @fence
                """, Names).ExecuteAsync(
                    verdict.State.ToColumn(), (long)(wasTried ? Delivery.Attempts : Delivery.Attempts - 1),
                    verdict.NextAttemptAt?.ToUnixTimeMilliseconds(), verdict.Reply,
                    verdict.NextAttemptAt is null ? now.ToUnixTimeMilliseconds() : null, Delivery.Id, node,
                    Delivery.State.ToColumn(), Fence);
            if (rows == 0)
            {
                return 0;
            }

            counts.Move(Delivery.MailingId, Delivery.State, verdict.State);
            if (EventOf(verdict.State) is { } kind)
            {
                await statements.Get("""
                    INSERT INTO delivery_events (delivery_id, at, kind, detail) VALUES (@id, @at, @kind, @detail)
                    """, EventNames).ExecuteAsync(
                        Delivery.Id, now.ToUnixTimeMilliseconds(), kind.ToColumn(), verdict.Reply);
            }

            return rows;
        }

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

        protected override Task<int> WriteAsync(
            Statements statements, string node, DateTimeOffset now, MailingCounts counts) =>
            statements.Get("""
                UPDATE deliveries
                SET next_attempt_at = COALESCE(@notBefore, next_attempt_at), lease_until = NULL, claimed_by = NULL
                WHERE id = @id AND claimed_by = @node AND state IN ('queued', 'deferred')
                """, Names).ExecuteAsync(notBefore?.ToUnixTimeMilliseconds(), Delivery.Id, node);
    }
}
