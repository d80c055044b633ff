using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Hold;
using TrendingMail.Storage;
using TrendingMail.Storage.Writing;
using TrendingMail.Subscribers;

namespace TrendingMail.Delivery.Queue;

/// <summary>A state change of a claimed delivery that <see cref="DeliveryStateWriter"/> is asked to write.</summary>
internal abstract class StateChange(ClaimedDelivery delivery)
{
    private static readonly string[] EventParameterNames = ["@id", "@at", "@kind", "@detail"];

    /// <summary>Completes when the change is durable; the result is whether it was applied.</summary>
    public TaskCompletionSource<bool> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected Claim Claim => delivery.Claim;

    protected Subscriber Subscriber => delivery.Subscriber;

    protected long DeliveryId => delivery.Identity.DeliveryId;

    /// <summary>
    /// Whether a transaction with the change failed, and may have been committed before the connection was lost.
    /// </summary>
    public bool IsInDoubt { get; set; }

    /// <summary>Whether that transaction turned out to be committed.</summary>
    public bool IsCommitted { get; set; }

    /// <summary>
    /// A statement that matches the row if the change was committed, without changing it; null if it does not matter.
    /// </summary>
    public virtual StatementCall? Probe => null;

    private bool IsApplied { get; set; }

    /// <summary>
    /// The statement that writes the change. It affects no row if another process has the delivery now.
    /// </summary>
    /// <param name="processId">The process that has the claim.</param>
    public abstract StatementCall ToCall(string processId, DateTimeOffset now, TimeSpan lease);

    /// <summary>Accepts the result of the statement, inside the transaction.</summary>
    /// <returns>The statement that records the event, if any.</returns>
    public StatementCall? Apply(bool isChanged, MailingCountChanges counts, DateTimeOffset now)
    {
        IsApplied = isChanged;
        if (!isChanged)
        {
            return null;
        }

        counts.Move(Claim.MailingId, StateBefore, StateAfter);
        return CreateEvent(now);
    }

    /// <summary>Completes the change after the transaction was committed.</summary>
    /// <returns>The change in the number of messages in flight.</returns>
    public int Complete()
    {
        var before = Claim.State;
        var isWritten = IsApplied || IsCommitted;
        if (isWritten)
        {
            Claim.State = StateAfter;
        }

        Completion.TrySetResult(isWritten);
        return (StateAfter == DeliveryState.Sending && isWritten ? 1 : 0) -
            (this is RecordOutcome && before == DeliveryState.Sending ? 1 : 0);
    }

    protected virtual DeliveryState StateBefore => Claim.State;

    protected abstract DeliveryState StateAfter { get; }

    protected virtual StatementCall? CreateEvent(DateTimeOffset now) => null;

    protected StatementCall ToEventCall(DateTimeOffset now, DeliveryEventKind kind, string detail) => new(
        """
        INSERT INTO delivery_events (delivery_id, at, kind, detail) VALUES (@id, @at, @kind, @detail)
        """, EventParameterNames, [DeliveryId, now.ToUnixTimeMilliseconds(), kind.ToColumn(), detail]);

    /// <summary>Marks the delivery as sending, before its message is sent.</summary>
    public sealed class MarkSending(ClaimedDelivery delivery, string? selection) : StateChange(delivery)
    {
        // The priority of notices, which are never held, is 0.
        private const string Sql = $"""
            UPDATE deliveries
            SET state = 'sending', attempts = @attempts, lease_until = @leaseUntil, selection = @selection
            WHERE id = @id AND claimed_by = @processId AND state IN ('queued', 'deferred') AND attempts = @fencingToken
              AND NOT EXISTS (SELECT 1 FROM delivery_hold)
              AND (priority = 0 OR NOT EXISTS (SELECT 1 FROM digest_holds)
                   OR mailing_id IN ({DigestHoldStore.ReleasedSql}))
              AND EXISTS (SELECT 1 FROM subscribers
                          WHERE id = deliveries.subscriber_id AND state = @subscriberState AND address = @address
                            AND (SELECT reason FROM suppressions x WHERE x.address_key = subscribers.address_key)
                                IS NOT DISTINCT FROM @suppression)
            """;

        private static readonly string[] ParameterNames =
            [
                "@attempts", "@leaseUntil", "@id", "@processId", "@fencingToken", "@subscriberState", "@address",
                "@suppression", "@selection",
            ];

        protected override DeliveryState StateAfter => DeliveryState.Sending;

        public override StatementCall ToCall(string processId, DateTimeOffset now, TimeSpan lease) => new(
            Sql, ParameterNames,
            [
                (long)Claim.Attempt, (now + lease).ToUnixTimeMilliseconds(), DeliveryId, processId, Claim.FencingToken,
                Subscriber.State.ToColumn(), Subscriber.Address, Subscriber.Suppression?.ToColumn(), selection,
            ]);
    }

    /// <summary>Reverts <see cref="MarkSending"/>, if it was written: the message was not sent.</summary>
    public sealed class RevertSending(ClaimedDelivery delivery) : StateChange(delivery)
    {
        private static readonly string[] ParameterNames = ["@state", "@fencingToken", "@id", "@processId", "@attempts"];

        protected override DeliveryState StateBefore => DeliveryState.Sending;

        protected override DeliveryState StateAfter => Claim.State;

        public override StatementCall ToCall(string processId, DateTimeOffset now, TimeSpan lease) => new(
            """
            UPDATE deliveries
            SET state = @state, attempts = @fencingToken
            WHERE id = @id AND claimed_by = @processId AND state = 'sending' AND attempts = @attempts
            """, ParameterNames,
            [Claim.State.ToColumn(), Claim.FencingToken, DeliveryId, processId, (long)Claim.Attempt]);
    }

    /// <summary>Records the outcome and releases the claim.</summary>
    public sealed class RecordOutcome(ClaimedDelivery delivery, DeliveryTransition transition) : StateChange(delivery)
    {
        private static readonly string[] ParameterNames =
            [
                "@state", "@attempts", "@nextAttemptAt", "@reply", "@endedAt", "@id", "@processId", "@from",
                "@fencingToken",
            ];

        private static readonly string[] ProbeParameterNames = ["@id", "@state", "@reply", "@attempts"];

        public override StatementCall? Probe => new(
            """
            UPDATE deliveries
            SET reply = reply
            WHERE id = @id AND claimed_by IS NULL AND state = @state AND reply IS NOT DISTINCT FROM @reply
              AND attempts = @attempts
            """, ProbeParameterNames, [DeliveryId, transition.State.ToColumn(), transition.Reply, AttemptsAfter]);

        protected override DeliveryState StateAfter => transition.State;

        private long AttemptsAfter => Claim.State == DeliveryState.Sending || transition.State == DeliveryState.Deferred
            ? Claim.Attempt
            : Claim.Attempt - 1;

        public override StatementCall ToCall(string processId, DateTimeOffset now, TimeSpan lease) => new(
            """
            UPDATE deliveries
            SET state = @state, attempts = @attempts, next_attempt_at = COALESCE(@nextAttemptAt, next_attempt_at),
                reply = @reply, ended_at = @endedAt, lease_until = NULL, claimed_by = NULL
            WHERE id = @id AND claimed_by = @processId AND state = @from AND attempts = @fencingToken
            """, ParameterNames,
            [
                transition.State.ToColumn(), AttemptsAfter,
                transition.NextAttemptAt?.ToUnixTimeMilliseconds(), transition.Reply,
                transition.NextAttemptAt is null ? now.ToUnixTimeMilliseconds() : null, DeliveryId, processId,
                Claim.State.ToColumn(), Claim.FencingToken,
            ]);

        protected override StatementCall? CreateEvent(DateTimeOffset now) =>
            ToEventKind(transition.State) is not { } kind ? null
            : ToEventCall(now, kind, transition.Reply);

        private static DeliveryEventKind? ToEventKind(DeliveryState state) => state switch
        {
            DeliveryState.Deferred => DeliveryEventKind.Deferred,
            DeliveryState.Failed => DeliveryEventKind.Failed,
            DeliveryState.Skipped => DeliveryEventKind.Skipped,
            DeliveryState.Uncertain => DeliveryEventKind.Uncertain,
            _ => null,
        };
    }

    /// <summary>Releases a claim whose message was not sent.</summary>
    /// <param name="notBefore">When it may be claimed again; null for at once.</param>
    public sealed class Release(ClaimedDelivery delivery, DateTimeOffset? notBefore) : StateChange(delivery)
    {
        private static readonly string[] ParameterNames = ["@notBefore", "@id", "@processId"];

        protected override DeliveryState StateAfter => Claim.State;

        public override StatementCall ToCall(string processId, DateTimeOffset now, TimeSpan lease) => new(
            """
            UPDATE deliveries
            SET next_attempt_at = COALESCE(@notBefore, next_attempt_at), lease_until = NULL, claimed_by = NULL
            WHERE id = @id AND claimed_by = @processId AND state IN ('queued', 'deferred')
            """, ParameterNames, [notBefore?.ToUnixTimeMilliseconds(), DeliveryId, processId]);
    }

    /// <summary>Releases a claim whose message has to wait.</summary>
    public sealed class Postpone(ClaimedDelivery delivery, DateTimeOffset notBefore, string reason)
        : StateChange(delivery)
    {
        private static readonly string[] ParameterNames = ["@notBefore", "@reason", "@id", "@processId"];

        protected override DeliveryState StateAfter => Claim.State;

        public override StatementCall ToCall(string processId, DateTimeOffset now, TimeSpan lease) => new(
            """
            UPDATE deliveries
            SET next_attempt_at = @notBefore, reply = @reason, lease_until = NULL, claimed_by = NULL
            WHERE id = @id AND claimed_by = @processId AND state IN ('queued', 'deferred')
            """, ParameterNames, [notBefore.ToUnixTimeMilliseconds(), reason, DeliveryId, processId]);

        protected override StatementCall? CreateEvent(DateTimeOffset now) =>
            ToEventCall(now, DeliveryEventKind.Postponed, reason);
    }
}
