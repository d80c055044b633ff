using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Storage.Writing;

namespace TrendingMail.Diagnostics.Seeds;

/// <summary>Stores the messages to seed mailboxes: one for each mailing and mailbox, and what became of it.</summary>
public sealed class SeedStore(Database database, DeliveryOptions options, TimeProvider clock)
{
    private const string Columns = """
        id, kind, key, address, provider, state, attempts, queued_at, message_id, handed_over_at, server, reply,
        placement, folder, arrived_at, authentication_results, spf, dkim, dmarc, detail
        """;

    /// <summary>Queues a mailing's message to a seed mailbox, unless it already has one.</summary>
    public Task EnqueueAsync(
        Mailing mailing, string address, string provider, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO seed_messages (kind, key, address, provider, state, queued_at, next_attempt_at)
            VALUES (@KindName, @Key, @address, @provider, 'queued', @now, @now)
            ON CONFLICT DO NOTHING
            """, new { mailing.KindName, mailing.Key, address, provider, now = clock.GetUtcNow() }), cancellationToken);

    /// <summary>The mailings and addresses of the messages queued since an instant.</summary>
    public async Task<IReadOnlySet<(Mailing Mailing, string Address)>> ListQueuedAsync(
        DateTimeOffset since, CancellationToken cancellationToken) =>
        (await ListAsync(since, cancellationToken)).Select(message => (message.Mailing, message.Address)).ToHashSet();

    /// <summary>The messages queued since an instant, newest mailing first.</summary>
    public Task<IReadOnlyList<SeedMessage>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        QueryAsync("queued_at >= @since ORDER BY key DESC, kind, provider, address", new { since }, cancellationToken);

    /// <summary>The messages whose next attempt is due.</summary>
    internal Task<IReadOnlyList<SeedMessage>> ListReadyAsync(CancellationToken cancellationToken) => QueryAsync("""
        placement = 'pending' AND state IN ('queued', 'deferred') AND next_attempt_at <= @now ORDER BY id
        """, new { now = clock.GetUtcNow() }, cancellationToken);

    /// <summary>The messages that were handed over and are to be looked for now.</summary>
    internal Task<IReadOnlyList<SeedMessage>> ListUncheckedAsync(CancellationToken cancellationToken) => QueryAsync("""
        placement = 'pending' AND state IN ('sent', 'uncertain') AND next_check_at <= @now ORDER BY id
        """, new { now = clock.GetUtcNow() }, cancellationToken);

    /// <summary>
    /// Marks a message as sending, durably before it leaves. Only one of several processes succeeds, and none while
    /// delivery is on hold, or the digests are held.
    /// </summary>
    internal async Task<bool> MarkSendingAsync(
        SeedMessage message, string messageId, string processId, CancellationToken cancellationToken) =>
        await database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE seed_messages
            SET state = 'sending', attempts = attempts + 1, claimed_by = @processId, message_id = @messageId,
                handed_over_at = @now
            WHERE id = @Id AND attempts = @Attempts AND state IN ('queued', 'deferred')
              AND NOT EXISTS (SELECT 1 FROM delivery_hold)
              AND (NOT EXISTS (SELECT 1 FROM digest_holds) OR key IN (SELECT day FROM digest_releases))
            """, new { message.Id, message.Attempts, processId, messageId, now = clock.GetUtcNow() }),
            cancellationToken) > 0;

    /// <summary>Records the outcome of an attempt.</summary>
    /// <param name="placement">The result if the message will never arrive; else null.</param>
    /// <returns>False if the message was taken for lost meanwhile.</returns>
    internal Task<bool> RecordOutcomeAsync(
        SeedMessage message, DeliveryTransition transition, string server, Placement? placement,
        Func<Session, Task> onResult)
    {
        var now = clock.GetUtcNow();
        return database.WriteAsync(async session =>
        {
            var isRecorded = await session.ExecuteAsync("""
                UPDATE seed_messages
                SET state = @state, claimed_by = NULL, server = @server, reply = @Reply, detail = @detail,
                    placement = @placement, next_attempt_at = COALESCE(@NextAttemptAt, next_attempt_at),
                    handed_over_at = CASE WHEN @state = 'sent' THEN @now ELSE handed_over_at END,
                    next_check_at = @firstCheck
                WHERE id = @Id AND attempts = @attempts AND state = 'sending'
                """, new
            {
                message.Id,
                attempts = message.Attempts + 1,
                state = transition.State.ToColumn(),
                transition.Reply,
                transition.NextAttemptAt,
                server,
                detail = transition.State is DeliveryState.Sent ? null : transition.Reply,
                placement = (placement ?? Placement.Pending).ToColumn(),
                now,
                firstCheck = now + PlacementDecision.FirstCheck,
            }) > 0;
            if (isRecorded && placement is not null)
            {
                await onResult(session);
            }

            return isRecorded;
        }, CancellationToken.None);
    }

    /// <summary>Postpones the next attempt, which has not begun.</summary>
    internal Task PostponeAsync(
        SeedMessage message, DateTimeOffset until, string reason, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE seed_messages
            SET next_attempt_at = @until, detail = @reason
            WHERE id = @Id AND state IN ('queued', 'deferred')
            """, new { message.Id, until, reason }), cancellationToken);

    /// <summary>Gives up a message that never left.</summary>
    internal Task GiveUpAsync(SeedMessage message, string reason, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE seed_messages
            SET state = 'failed', placement = 'unknown', detail = @reason
            WHERE id = @Id AND state IN ('queued', 'deferred')
            """, new { message.Id, reason }), cancellationToken);

    /// <summary>
    /// Takes over the messages of processes that died or stalled amid the hand-over. They are not sent again, because
    /// their mailboxes will show whether they arrived.
    /// </summary>
    internal async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var sending = await database.ReadAsync(session => session.QueryAsync<Claimed>("""
            SELECT id, claimed_by, handed_over_at
            FROM seed_messages
            WHERE placement = 'pending' AND state = 'sending'
            """), cancellationToken);
        foreach (var lost in sending.Where(row =>
            row.HandedOverAt <= now - options.Lease || ProcessId.HasExited(row.ClaimedBy)))
        {
            await database.WriteAsync(session => session.ExecuteAsync("""
                UPDATE seed_messages
                SET state = 'uncertain', claimed_by = NULL, next_check_at = @now,
                    reply = 'the program stopped amid the hand-over'
                WHERE id = @Id AND state = 'sending' AND claimed_by = @ClaimedBy
                """, new { lost.Id, lost.ClaimedBy, now }), cancellationToken);
        }
    }

    /// <summary>Records what a look into the mailbox found.</summary>
    /// <param name="onResult">Runs in the same transaction if this is the message's result.</param>
    /// <returns>False if another process has recorded the result.</returns>
    internal Task<bool> RecordCheckAsync(
        SeedMessage message, PlacementDecision decision, Func<Session, Task> onResult,
        CancellationToken cancellationToken) => database.WriteAsync(async session =>
        {
            var isRecorded = await session.ExecuteAsync("""
                UPDATE seed_messages
                SET placement = @placement, next_check_at = @NextCheckAt, detail = @Detail, folder = @Folder,
                    arrived_at = @ArrivedAt, authentication_results = @Text, spf = @Spf, dkim = @Dkim, dmarc = @Dmarc
                WHERE id = @Id AND placement = 'pending'
                """, new
            {
                message.Id,
                placement = decision.Placement.ToColumn(),
                decision.NextCheckAt,
                decision.Detail,
                decision.Found?.Folder,
                decision.Found?.ArrivedAt,
                decision.Found?.Verdicts?.Text,
                decision.Found?.Verdicts?.Spf,
                decision.Found?.Verdicts?.Dkim,
                decision.Found?.Verdicts?.Dmarc,
            }) > 0;
            if (isRecorded && decision.Placement != Placement.Pending)
            {
                await onResult(session);
            }

            return isRecorded;
        }, cancellationToken);

    /// <summary>Deletes the messages that were queued before an instant.</summary>
    /// <returns>The number of rows deleted.</returns>
    internal Task<int> DeleteAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        BatchedDeletion.RunAsync(database, session => session.ExecuteAsync("""
            DELETE FROM seed_messages
            WHERE id IN (SELECT id FROM seed_messages WHERE queued_at < @before ORDER BY queued_at LIMIT @BatchSize)
            """, new { before, BatchedDeletion.BatchSize }), cancellationToken);

    private Task<IReadOnlyList<SeedMessage>> QueryAsync(
        string condition, object parameters, CancellationToken cancellationToken) => database.ReadAsync(
            session => session.QueryAsync<SeedMessage>(
                $"SELECT {Columns} FROM seed_messages WHERE {condition}", parameters), cancellationToken);

    private sealed record Claimed
    {
        public required long Id { get; init; }

        public required string ClaimedBy { get; init; }

        public required DateTimeOffset HandedOverAt { get; init; }
    }
}
