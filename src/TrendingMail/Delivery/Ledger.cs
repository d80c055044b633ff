using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>
/// The book of all deliveries. A row is in <c>sending</c>, durably, before its message begins to leave, and its outcome
/// is durable right after the server's reply: what a crash leaves in <c>sending</c> is what was in flight.
/// </summary>
public sealed class Ledger(Database database, DeliveryOptions options, TimeProvider clock)
{
    /// <summary>Longer than any attempt may take; after it a delivery of a vanished node is taken over.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Queues a mailing to a subscriber, inside the caller's transaction. Once only: where the ledger has it, nothing
    /// changes.
    /// </summary>
    /// <param name="usefulFor">How long it is worth sending; null for the digest's own time.</param>
    /// <returns>Whether it was new.</returns>
    public async Task<bool> QueueAsync(Session session, Mailing mailing, long subscriberId, TimeSpan? usefulFor = null)
    {
        var now = clock.GetUtcNow();
        await session.ExecuteAsync("""
            INSERT INTO mailings (kind, key, created_at) VALUES (@Kind, @Key, @now) ON CONFLICT DO NOTHING
            """, new { mailing.Kind, mailing.Key, now });
        var rows = await session.ExecuteAsync("""
            INSERT INTO deliveries (mailing_id, subscriber_id, state, queued_at, expires_at, next_attempt_at)
            SELECT id, @subscriberId, 'queued', @now, @expiresAt, @now
            FROM mailings
            WHERE kind = @Kind AND key = @Key
            ON CONFLICT DO NOTHING
            """, new
        {
            mailing.Kind,
            mailing.Key,
            subscriberId,
            now,
            expiresAt = now + (usefulFor ?? TimeSpan.FromHours(options.GiveUpHours)),
        });
        return rows > 0;
    }

    /// <summary>Takes the delivery that has waited longest for this process and marks it as in flight; null where none is ready.</summary>
    public Task<ClaimedDelivery?> ClaimAsync(string node, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.FirstOrDefaultAsync<ClaimedDelivery>("""
            UPDATE deliveries
            SET state = 'sending', attempts = attempts + 1, lease_until = @leaseUntil, claimed_by = @node
            WHERE id = (SELECT id FROM deliveries
                        WHERE state IN ('queued', 'deferred') AND next_attempt_at <= @now
                        ORDER BY next_attempt_at
                        LIMIT 1)
            RETURNING id, subscriber_id, attempts, queued_at, expires_at,
                (SELECT kind FROM mailings WHERE mailings.id = mailing_id) AS kind,
                (SELECT key FROM mailings WHERE mailings.id = mailing_id) AS key
            """, new { node, now = clock.GetUtcNow(), leaseUntil = clock.GetUtcNow() + Lease }), cancellationToken);

    /// <summary>Writes down what came of a claimed delivery.</summary>
    /// <returns>False, with nothing changed, where another node took it over because this one was thought dead.</returns>
    public Task<bool> RecordAsync(
        ClaimedDelivery delivery, string node, Verdict verdict, CancellationToken cancellationToken) =>
        database.WriteAsync(async session => await session.ExecuteAsync("""
            UPDATE deliveries
            SET state = @State, next_attempt_at = COALESCE(@NextAttemptAt, next_attempt_at), reply = @Reply,
                ended_at = @endedAt, lease_until = NULL, claimed_by = NULL
            WHERE id = @Id AND state = 'sending' AND claimed_by = @node
            """, new
        {
            delivery.Id,
            State = verdict.State.ToColumn(),
            verdict.NextAttemptAt,
            verdict.Reply,
            endedAt = verdict.NextAttemptAt is null ? clock.GetUtcNow() : (DateTimeOffset?)null,
            node,
        }) > 0, cancellationToken);

    /// <summary>
    /// Settles the deliveries that processes left in flight when they died: sent again, or held for the operator, as
    /// <c>Delivery:OnUncertain</c> says.
    /// </summary>
    /// <returns>How many there were.</returns>
    public Task<int> RecoverAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var now = clock.GetUtcNow();
            var nodes = await session.QueryAsync<string>(
                "SELECT DISTINCT claimed_by FROM deliveries WHERE state = 'sending'");
            var gone = nodes.Where(NodeId.IsGone).ToArray();
            var hold = options.OnUncertain == UncertainPolicy.Hold;
            return await session.ExecuteAsync("""
                UPDATE deliveries
                SET state = @state, next_attempt_at = @now, ended_at = @endedAt, lease_until = NULL, claimed_by = NULL,
                    reply = 'the program ended while this message was in flight'
                WHERE state = 'sending' AND (lease_until < @now OR claimed_by IN @gone)
                """, new
            {
                state = (hold ? DeliveryState.Uncertain : DeliveryState.Queued).ToColumn(),
                endedAt = hold ? now : (DateTimeOffset?)null,
                now,
                gone,
            });
        }, cancellationToken);

    /// <summary>Whether a delivery could be claimed now.</summary>
    public Task<bool> HasReadyAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<bool>("""
            SELECT EXISTS (SELECT 1 FROM deliveries
                           WHERE state IN ('queued', 'deferred') AND next_attempt_at <= @now)
            """, new { now = clock.GetUtcNow() }), cancellationToken);

    /// <summary>Deliveries that wait for another attempt, and when the first of them is made.</summary>
    public async Task<(long Deliveries, DateTimeOffset? NextAttemptAt)> WaitingAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(async session => (
            await session.SingleAsync<long>("SELECT COUNT(*) FROM deliveries WHERE state IN ('queued', 'deferred')"),
            await session.SingleAsync<DateTimeOffset?>(
                "SELECT MIN(next_attempt_at) FROM deliveries WHERE state IN ('queued', 'deferred')")), cancellationToken);

    /// <summary>How the deliveries of mailings stand, newest mailing first.</summary>
    /// <param name="key">Only the mailings of this day or week; null for the newest.</param>
    public Task<IReadOnlyList<MailingStatus>> StatusAsync(string? key, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MailingStatus>>(async session =>
        {
            var rows = await session.QueryAsync<StatusRow>("""
                SELECT m.kind, m.key, d.state, COUNT(*) AS deliveries, MAX(m.id) AS mailing_id
                FROM mailings m JOIN deliveries d ON d.mailing_id = m.id
                WHERE m.id IN (SELECT id FROM mailings
                               WHERE kind IN ('daily', 'weekly') AND (@key IS NULL OR key = @key)
                               ORDER BY id DESC
                               LIMIT @limit)
                GROUP BY m.kind, m.key, d.state
                """, new { key, limit });
            return [.. rows
                .GroupBy(row => (row.MailingId, row.Kind, row.Key))
                .OrderByDescending(group => group.Key.MailingId)
                .Select(group => new MailingStatus(group.Key.Kind, group.Key.Key,
                    group.ToDictionary(row => row.State, row => row.Deliveries)))];
        }, cancellationToken);

    private sealed record StatusRow
    {
        public required long MailingId { get; init; }

        public required string Kind { get; init; }

        public required string Key { get; init; }

        public required DeliveryState State { get; init; }

        public required long Deliveries { get; init; }
    }
}

/// <summary>How many deliveries of a mailing are in each state; a state without any is absent.</summary>
public sealed record MailingStatus(string Kind, string Key, IReadOnlyDictionary<DeliveryState, long> Counts);
