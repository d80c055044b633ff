using System.Collections.Concurrent;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Delivery;

/// <summary>
/// The book of all deliveries: queueing, claiming, and what is left after a crash. Single deliveries are moved by
/// <see cref="LedgerClerk"/>.
/// </summary>
public sealed class Ledger(Database database, DeliveryOptions options, TimeProvider clock)
{
    /// <summary>Notices leave before digests.</summary>
    private static readonly int[] Priorities = [0, 1];

    private readonly ILedgerDialect dialect = ILedgerDialect.Of(database.Dialect);
    private readonly ConcurrentDictionary<long, Mailing> mailings = [];

    /// <summary>
    /// Queues a mailing to a subscriber, inside the caller's transaction. Once only: where the ledger has it, nothing
    /// changes.
    /// </summary>
    /// <param name="usefulFor">How long it is worth sending; null for the digest's own time.</param>
    /// <returns>Whether it was new.</returns>
    public async Task<bool> QueueAsync(Session session, Mailing mailing, long subscriberId, TimeSpan? usefulFor = null) =>
        await QueueAsync(session, [(mailing, [subscriberId])], usefulFor) > 0;

    /// <summary>Queues mailings to many subscribers, each by one statement.</summary>
    /// <returns>How many deliveries were new.</returns>
    /// <inheritdoc cref="QueueAsync(Session, Mailing, long, TimeSpan?)"/>
    public async Task<int> QueueAsync(
        Session session, IEnumerable<(Mailing Mailing, IReadOnlyCollection<long> SubscriberIds)> mailings, TimeSpan? usefulFor = null)
    {
        var queued = new List<(long?, int Rows)>();
        foreach (var (mailing, subscriberIds) in mailings)
        {
            if (await OpenAsync(session, mailing) is { } open)
            {
                queued.Add((open.Id, await QueueAsync(session, mailing, open, subscriberIds, usefulFor)));
            }
        }

        await CountQueuedAsync(session, queued);
        return queued.Sum(mailing => mailing.Rows);
    }

    /// <summary>
    /// Counts what was queued for mailings: last in a transaction, and in everyone's order, for lanes that write down outcomes change
    /// the same rows.
    /// </summary>
    internal static async Task CountQueuedAsync(Session session, IEnumerable<(long? MailingId, int Rows)> queued)
    {
        foreach (var (id, rows) in queued.Where(mailing => mailing.Rows > 0).OrderBy(mailing => mailing.MailingId))
        {
            await session.ExecuteAsync("UPDATE mailings SET queued = queued + @rows WHERE id = @id", new { rows, id });
        }
    }

    /// <summary>Until when a digest is worth sending that is queued now.</summary>
    internal DateTimeOffset ExpiryOf(DateTimeOffset now) => now.AddHours(options.GiveUpHours);

    /// <summary>
    /// Takes deliveries that are ready for this process, notices first and then those that have waited longest. Nothing
    /// of them is in flight yet.
    /// </summary>
    /// <param name="limit">How many at most.</param>
    public Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(string node, int limit, CancellationToken cancellationToken) =>
        database.WriteBesideAsync<IReadOnlyList<ClaimedDelivery>>(async session =>
        {
            var now = clock.GetUtcNow();
            var claimed = new List<ClaimRow>();
            foreach (var priority in Priorities)
            {
                if (claimed.Count < limit)
                {
                    // What RETURNING gives has no order.
                    claimed.AddRange((await session.QueryAsync<ClaimRow>($"""
                        UPDATE deliveries
                        SET claimed_by = @node, lease_until = @leaseUntil
                        WHERE id IN (SELECT id FROM deliveries
                                     WHERE state IN ('queued', 'deferred') AND claimed_by IS NULL AND ended_at IS NULL
                                       AND priority = @priority AND next_attempt_at <= @now
                                     ORDER BY next_attempt_at, id
                                     LIMIT @count
                                     {database.Dialect.PassOverLocked})
                        RETURNING id, mailing_id, subscriber_id, state, attempts, queued_at, expires_at, next_attempt_at
                        """, new { node, priority, now, leaseUntil = now + options.Lease, count = limit - claimed.Count }))
                        .OrderBy(row => row.NextAttemptAt).ThenBy(row => row.Id));
                }
            }

            if (claimed.Count == 0)
            {
                return [];
            }

            var readers = (await SubscriberStore.FindAsync(
                session, database.Dialect, [.. claimed.Select(row => row.SubscriberId)])).ToDictionary(reader => reader.Id);
            var result = new ClaimedDelivery[claimed.Count];
            for (var i = 0; i < result.Length; i++)
            {
                var row = claimed[i];
                var mailing = await MailingAsync(session, row.MailingId);
                result[i] = row.ToDelivery(mailing, readers[row.SubscriberId]);
            }

            return result;
        }, cancellationToken);

    /// <summary>
    /// Settles what processes left behind when they died. What was in flight is sent again, or held for the operator, as
    /// <c>Delivery:OnUncertain</c> says; what was only claimed is free again.
    /// </summary>
    /// <returns>How many were in flight.</returns>
    public async Task<int> RecoverAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var nodes = await database.ReadAsync(session => session.QueryAsync<string>("""
            SELECT DISTINCT claimed_by FROM deliveries WHERE claimed_by IS NOT NULL
            """), cancellationToken);
        var gone = nodes.Where(NodeId.IsGone).ToArray();
        if (nodes.Count == 0 || (gone.Length == 0 && nodes.All(node => node == NodeId.Own)))
        {
            return 0;
        }

        return await database.WriteAsync(session => RecoverAsync(session, gone, now), cancellationToken);
    }

    /// <summary>Whether a delivery could be claimed now.</summary>
    public Task<bool> HasReadyAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<bool>("""
            SELECT EXISTS (SELECT 1 FROM deliveries
                           WHERE state IN ('queued', 'deferred') AND claimed_by IS NULL AND ended_at IS NULL AND priority IN (0, 1)
                             AND next_attempt_at <= @now)
            """, new { now = clock.GetUtcNow() }), cancellationToken);

    /// <summary>Deliveries that wait for another attempt, and when the first of them is made.</summary>
    public async Task<(long Deliveries, DateTimeOffset? NextAttemptAt)> WaitingAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(async session => (
            await session.SingleAsync<long>("SELECT COALESCE(SUM(queued + deferred), 0) FROM mailings"),
            await session.SingleAsync<DateTimeOffset?>("""
                SELECT MIN(next_attempt_at)
                FROM deliveries
                WHERE state IN ('queued', 'deferred') AND claimed_by IS NULL AND ended_at IS NULL
                """)), cancellationToken);

    /// <summary>How the deliveries of digests stand, newest mailing first.</summary>
    /// <param name="key">Only the mailings of this day or week; null for the newest.</param>
    public Task<IReadOnlyList<MailingStatus>> StatusAsync(string? key, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<MailingStatus>("""
            SELECT kind, key, queued, sending, sent, deferred, failed, skipped, uncertain
            FROM mailings
            WHERE kind IN ('daily', 'weekly') AND (@key IS NULL OR key = @key)
            ORDER BY id DESC
            LIMIT @limit
            """, new { key, limit }), cancellationToken);

    /// <summary>How all deliveries of digests and notices together stand.</summary>
    public Task<MailingStatus> TotalsAsync(CancellationToken cancellationToken) => TotalsAsync(null, cancellationToken);

    /// <param name="key">Only the digests of this day or week; null for all mailings.</param>
    /// <inheritdoc cref="TotalsAsync(CancellationToken)"/>
    public Task<MailingStatus> TotalsAsync(string? key, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (await session.FirstOrDefaultAsync<MailingStatus>("""
            SELECT 'all' AS kind, COALESCE(@key, '') AS key, COALESCE(SUM(queued), 0) AS queued,
                COALESCE(SUM(sending), 0) AS sending, COALESCE(SUM(sent), 0) AS sent, COALESCE(SUM(deferred), 0) AS deferred,
                COALESCE(SUM(failed), 0) AS failed, COALESCE(SUM(skipped), 0) AS skipped,
                COALESCE(SUM(uncertain), 0) AS uncertain
            FROM mailings
            WHERE @key IS NULL OR (key = @key AND kind IN ('daily', 'weekly'))
            """, new { key }))!, cancellationToken);

    /// <summary>The row of a mailing, which is made where there is none; null where it was closed.</summary>
    internal async Task<OpenMailing?> OpenAsync(Session session, Mailing mailing)
    {
        var now = clock.GetUtcNow();
        var firstDelivery = dialect.FirstDelivery(now);
        if (await session.FirstOrDefaultAsync<OpenMailing>("""
            INSERT INTO mailings (kind, key, created_at, first_delivery) VALUES (@Kind, @Key, @now, @firstDelivery)
            ON CONFLICT DO NOTHING
            RETURNING id, first_delivery
            """, new { mailing.Kind, mailing.Key, now, firstDelivery }) is { } made)
        {
            await dialect.PrepareAsync(session, firstDelivery);
            return made;
        }

        return await session.FirstOrDefaultAsync<OpenMailing>("""
            SELECT id, first_delivery FROM mailings WHERE kind = @Kind AND key = @Key AND closed_at IS NULL
            """, new { mailing.Kind, mailing.Key });
    }

    private Task<int> QueueAsync(
        Session session, Mailing mailing, OpenMailing open, IReadOnlyCollection<long> subscriberIds, TimeSpan? usefulFor)
    {
        var now = clock.GetUtcNow();
        return session.ExecuteAsync(dialect.QueueSql, new
        {
            mailingId = open.Id,
            open.FirstDelivery,
            ids = new NumberList(subscriberIds),
            priority = MailingKind.IsNotice(mailing.Kind) ? 0 : 1,
            now,
            expiresAt = usefulFor is { } useful ? now + useful : ExpiryOf(now),
        });
    }

    private async Task<int> RecoverAsync(Session session, string[] gone, DateTimeOffset now)
    {
        var hold = options.OnUncertain == UncertainPolicy.Hold;
        const string Reply = "the program ended while this message was in flight";
        var settled = await session.QueryAsync<RecoveredRow>("""
            UPDATE deliveries
            SET state = @state, next_attempt_at = @now, ended_at = @endedAt, lease_until = NULL, claimed_by = NULL,
                reply = @Reply
            WHERE state = 'sending' AND claimed_by IS NOT NULL AND (lease_until < @now OR claimed_by IN @gone)
            RETURNING id, mailing_id
            """, new
        {
            state = (hold ? DeliveryState.Uncertain : DeliveryState.Queued).ToColumn(),
            endedAt = hold ? now : (DateTimeOffset?)null,
            now,
            gone,
            Reply,
        });
        foreach (var mailing in settled.GroupBy(row => row.MailingId).OrderBy(group => group.Key))
        {
            await session.ExecuteAsync($"""
                UPDATE mailings
                SET sending = sending - @count, {(hold ? "uncertain = uncertain" : "queued = queued")} + @count
                WHERE id = @id
                """, new { id = mailing.Key, count = mailing.Count() });
        }

        foreach (var row in settled)
        {
            await session.ExecuteAsync("""
                INSERT INTO delivery_events (delivery_id, at, kind, detail) VALUES (@Id, @now, @kind, @Reply)
                """, new { row.Id, now, kind = DeliveryEventKind.Interrupted.ToColumn(), Reply });
        }

        await session.ExecuteAsync("""
            UPDATE deliveries
            SET lease_until = NULL, claimed_by = NULL
            WHERE state IN ('queued', 'deferred') AND claimed_by IS NOT NULL AND (lease_until < @now OR claimed_by IN @gone)
            """, new { now, gone });
        return settled.Count;
    }

    private async ValueTask<Mailing> MailingAsync(Session session, long id) =>
        mailings.TryGetValue(id, out var known) ? known : mailings[id] = (await session.FirstOrDefaultAsync<MailingRow>(
            "SELECT kind, key FROM mailings WHERE id = @id", new { id }))!.ToMailing();

    private sealed record MailingRow
    {
        public required string Kind { get; init; }

        public required string Key { get; init; }

        public Mailing ToMailing() => new(Kind, Key);
    }

    private sealed record RecoveredRow
    {
        public required long Id { get; init; }

        public required long MailingId { get; init; }
    }

    private sealed record ClaimRow
    {
        public required long Id { get; init; }

        public required long MailingId { get; init; }

        public required long SubscriberId { get; init; }

        public required DeliveryState State { get; init; }

        public required int Attempts { get; init; }

        public required DateTimeOffset QueuedAt { get; init; }

        public required DateTimeOffset ExpiresAt { get; init; }

        public required DateTimeOffset NextAttemptAt { get; init; }

        public ClaimedDelivery ToDelivery(Mailing mailing, Subscriber reader) => new()
        {
            Id = Id,
            MailingId = MailingId,
            Kind = mailing.Kind,
            Key = mailing.Key,
            SubscriberId = SubscriberId,
            Reader = reader,
            State = State,
            Attempts = Attempts + 1,
            QueuedAt = QueuedAt,
            ExpiresAt = ExpiresAt,
        };
    }
}

/// <summary>A mailing for which something may be queued.</summary>
internal sealed record OpenMailing
{
    public required long Id { get; init; }

    /// <summary>Where the ids of its deliveries begin.</summary>
    public required long FirstDelivery { get; init; }
}
