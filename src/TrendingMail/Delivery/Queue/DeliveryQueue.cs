using System.Collections.Concurrent;
using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Hold;
using TrendingMail.Delivery.Queue.Dialects;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Delivery.Queue;

/// <summary>
/// The delivery queue: enqueues, claims and recovers deliveries. <see cref="DeliveryStateWriter"/> changes the state of
/// a claimed delivery.
/// </summary>
public sealed class DeliveryQueue(
    Database database, IQueueDialect dialect, DeliveryOptions options, TimeProvider clock,
    WarmUpSchedule? warmUps = null)
{
    /// <summary>The priority of notices, which are sent before digests.</summary>
    private const int NoticePriority = 0;

    /// <summary>The priority of digests.</summary>
    internal const int DigestPriority = 1;

    private const string ReadySql = """
        SELECT 1 FROM deliveries
        WHERE state IN ('queued', 'deferred') AND claimed_by IS NULL AND ended_at IS NULL
          AND next_attempt_at <= @now AND NOT EXISTS (SELECT 1 FROM delivery_hold)
        """;

    private static readonly int[] Priorities = [NoticePriority, DigestPriority];

    private readonly ConcurrentDictionary<long, Mailing> mailings = [];

    /// <summary>
    /// Queues a mailing to a subscriber inside the caller's transaction. Does nothing if the queue already has the
    /// delivery.
    /// </summary>
    /// <param name="timeToLive">How long the delivery may be attempted; null for <c>Delivery:GiveUpHours</c>.</param>
    /// <param name="dueAt">When it is sent at the earliest; null for now.</param>
    /// <returns>Whether a delivery was added.</returns>
    public async Task<bool> EnqueueAsync(
        Session session, Mailing mailing, long subscriberId, TimeSpan? timeToLive = null,
        DateTimeOffset? dueAt = null) =>
        await EnqueueAsync(session, [(mailing, [subscriberId])], timeToLive, dueAt) > 0;

    /// <summary>Queues mailings to many subscribers, with one statement per mailing.</summary>
    /// <returns>The number of deliveries added.</returns>
    /// <inheritdoc cref="EnqueueAsync(Session, Mailing, long, TimeSpan?, DateTimeOffset?)"/>
    public async Task<int> EnqueueAsync(
        Session session, IEnumerable<(Mailing Mailing, IReadOnlyCollection<long> SubscriberIds)> mailings,
        TimeSpan? timeToLive = null, DateTimeOffset? dueAt = null)
    {
        var queued = new List<(long?, int Rows)>();
        foreach (var (mailing, subscriberIds) in mailings)
        {
            if (await GetOrCreateMailingAsync(session, mailing) is { } open)
            {
                queued.Add((open.Id, await EnqueueAsync(
                    session, mailing, open, subscriberIds, timeToLive, dueAt)));
            }
        }

        await AddQueuedCountsAsync(session, queued);
        return queued.Sum(mailing => mailing.Rows);
    }

    /// <summary>
    /// Adds to the mailings' counts of queued deliveries. Call it last in a transaction: it locks the mailings in the
    /// order of their ids, as every other writer does, so that writers cannot deadlock.
    /// </summary>
    internal static async Task AddQueuedCountsAsync(Session session, IEnumerable<(long? MailingId, int Rows)> queued)
    {
        foreach (var (id, rows) in queued.Where(mailing => mailing.Rows > 0).OrderBy(mailing => mailing.MailingId))
        {
            await session.ExecuteAsync("UPDATE mailings SET queued = queued + @rows WHERE id = @id", new { rows, id });
        }
    }

    /// <summary>
    /// Whether digests are queued for the most engaged subscribers first, because a server is being warmed up.
    /// </summary>
    internal bool IsRanked => warmUps?.IsActive(clock.GetUtcNow()) == true;

    /// <summary>When a digest that is queued now expires.</summary>
    internal DateTimeOffset GetExpiry(DateTimeOffset now) => now.AddHours(options.GiveUpHours);

    /// <summary>
    /// Claims deliveries that are ready for this process: notices first, then those that have waited longest. A claim
    /// does not change a delivery's state.
    /// </summary>
    /// <param name="limit">The maximum number of deliveries to claim.</param>
    public Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        string processId, int limit, CancellationToken cancellationToken) =>
        database.WriteConcurrentAsync<IReadOnlyList<ClaimedDelivery>>(async session =>
        {
            var now = clock.GetUtcNow();
            var claimed = new List<ClaimRow>();
            foreach (var priority in Priorities.TakeWhile(_ => claimed.Count < limit))
            {
                var restriction = priority == DigestPriority ? await DigestHoldStore.RestrictSqlAsync(session) : "";
                var (leaseUntil, count) = (now + options.Lease, limit - claimed.Count);
                var rows = await session.QueryAsync<ClaimRow>($"""
                    UPDATE deliveries
                    SET claimed_by = @processId, lease_until = @leaseUntil
                    WHERE id IN (SELECT id FROM deliveries
                                 WHERE state IN ('queued', 'deferred') AND claimed_by IS NULL AND ended_at IS NULL
                                   AND priority = @priority AND next_attempt_at <= @now
                                   AND NOT EXISTS (SELECT 1 FROM delivery_hold)
                                   {restriction}
                                 ORDER BY next_attempt_at, id
                                 LIMIT @count
                                 {database.Dialect.SkipLocked})
                    RETURNING id, mailing_id, subscriber_id, state, attempts, queued_at, expires_at,
                        next_attempt_at, reply
                    """, new { processId, priority, now, leaseUntil, count });

                // RETURNING does not preserve the order of the subquery.
                claimed.AddRange(rows.OrderBy(row => row.NextAttemptAt).ThenBy(row => row.Id));
            }

            if (claimed.Count == 0)
            {
                return [];
            }

            var subscribers = (await SubscriberStore.FindAsync(
                session, database.Dialect,
                [.. claimed.Select(row => row.SubscriberId)])).ToDictionary(subscriber => subscriber.Id);
            var result = new ClaimedDelivery[claimed.Count];
            for (var i = 0; i < result.Length; i++)
            {
                var row = claimed[i];
                var mailing = await GetMailingAsync(session, row.MailingId);
                result[i] = row.ToDelivery(mailing, subscribers[row.SubscriberId]);
            }

            return result;
        }, cancellationToken);

    /// <summary>
    /// Recovers the deliveries of processes that died or whose lease expired. Deliveries that were in flight are queued
    /// again or held for the operator, depending on <c>Delivery:OnUncertain</c>; deliveries that were only claimed are
    /// released.
    /// </summary>
    /// <returns>The number of deliveries that were in flight.</returns>
    public async Task<int> RecoverAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var processIds = await database.ReadAsync(session => session.QueryAsync<string>("""
            SELECT DISTINCT claimed_by FROM deliveries WHERE claimed_by IS NOT NULL
            """), cancellationToken);
        var dead = processIds.Where(ProcessId.HasExited).ToArray();
        if (processIds.Count == 0 || (dead.Length == 0 && processIds.All(processId => processId == ProcessId.Current)))
        {
            return 0;
        }

        return await database.WriteAsync(
            session => DeliveryRecovery.RecoverAsync(session, dead, options.OnUncertain, now), cancellationToken);
    }

    /// <summary>Whether any delivery can be claimed now.</summary>
    public Task<bool> HasReadyAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async session => await session.SingleAsync<bool>($"""
            SELECT EXISTS ({ReadySql} AND priority = 0)
                OR EXISTS ({ReadySql} AND priority = 1 {await DigestHoldStore.RestrictSqlAsync(session)})
            """, new { now = clock.GetUtcNow() }), cancellationToken);

    /// <summary>The number of queued and deferred deliveries, and the time of the next attempt.</summary>
    public async Task<(long Deliveries, DateTimeOffset? NextAttemptAt)> WaitingAsync(
        CancellationToken cancellationToken) =>
        await database.ReadAsync(async session => (
            await session.SingleAsync<long>("SELECT COALESCE(SUM(queued + deferred), 0) FROM mailings"),
            await session.SingleAsync<DateTimeOffset?>("""
                SELECT MIN(next_attempt_at)
                FROM deliveries
                WHERE state IN ('queued', 'deferred') AND claimed_by IS NULL AND ended_at IS NULL
                """)), cancellationToken);

    /// <summary>Counts the deliveries of digest mailings by state, newest mailing first.</summary>
    /// <param name="key">The day or week of the mailings; null for the newest.</param>
    public Task<IReadOnlyList<MailingStatus>> StatusAsync(
        string? key, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<MailingStatus>("""
            SELECT kind, key, queued, sending, sent, deferred, failed, skipped, uncertain
            FROM mailings
            WHERE kind IN ('daily', 'weekly') AND (@key IS NULL OR key = @key)
            ORDER BY id DESC
            LIMIT @limit
            """, new { key, limit }), cancellationToken);

    /// <summary>Counts the deliveries of all digests and notices by state.</summary>
    public Task<MailingStatus> TotalsAsync(CancellationToken cancellationToken) => TotalsAsync(null, cancellationToken);

    /// <param name="key">The day or week of the digests; null for all mailings.</param>
    /// <inheritdoc cref="TotalsAsync(CancellationToken)"/>
    public Task<MailingStatus> TotalsAsync(string? key, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (await session.FirstOrDefaultAsync<MailingStatus>("""
            SELECT 'all' AS kind, COALESCE(@key, '') AS key, COALESCE(SUM(queued), 0) AS queued,
                COALESCE(SUM(sending), 0) AS sending, COALESCE(SUM(sent), 0) AS sent,
                COALESCE(SUM(deferred), 0) AS deferred, COALESCE(SUM(failed), 0) AS failed,
                COALESCE(SUM(skipped), 0) AS skipped,
                COALESCE(SUM(uncertain), 0) AS uncertain
            FROM mailings
            WHERE @key IS NULL OR (key = @key AND kind IN ('daily', 'weekly'))
            """, new { key }))!, cancellationToken);

    /// <summary>Finds or creates the row of a mailing; null if the mailing is closed.</summary>
    internal async Task<OpenMailing?> GetOrCreateMailingAsync(Session session, Mailing mailing)
    {
        var now = clock.GetUtcNow();
        var firstDelivery = dialect.GetFirstDeliveryId(now);
        if (await session.FirstOrDefaultAsync<OpenMailing>("""
            INSERT INTO mailings (kind, key, created_at, first_delivery) VALUES (@Kind, @Key, @now, @firstDelivery)
            ON CONFLICT DO NOTHING
            RETURNING id, first_delivery
            """, new { Kind = mailing.KindName, mailing.Key, now, firstDelivery }) is { } created)
        {
            await dialect.EnsurePartitionAsync(session, firstDelivery);
            return created;
        }

        return await session.FirstOrDefaultAsync<OpenMailing>("""
            SELECT id, first_delivery FROM mailings WHERE kind = @Kind AND key = @Key AND closed_at IS NULL
            """, new { Kind = mailing.KindName, mailing.Key });
    }

    private Task<int> EnqueueAsync(
        Session session, Mailing mailing, OpenMailing open, IReadOnlyCollection<long> subscriberIds,
        TimeSpan? timeToLive, DateTimeOffset? dueAt)
    {
        var now = clock.GetUtcNow();
        return session.ExecuteAsync(
            mailing is Mailing.Digest && IsRanked ? dialect.RankedEnqueueSql : dialect.EnqueueSql, new
            {
                mailingId = open.Id,
                open.FirstDelivery,
                ids = new NumberList(subscriberIds),
                priority = mailing is Mailing.Digest ? DigestPriority : NoticePriority,
                now,
                dueAt = dueAt ?? now,
                expiresAt = timeToLive is { } lifetime ? now + lifetime : GetExpiry(now),
            });
    }

    private async ValueTask<Mailing> GetMailingAsync(Session session, long id) =>
        mailings.TryGetValue(id, out var known) ? known : mailings[id] = (await session.FirstOrDefaultAsync<MailingRow>(
            "SELECT kind, key FROM mailings WHERE id = @id", new { id }))!.ToMailing();

    private sealed record MailingRow
    {
        public required string Kind { get; init; }

        public required string Key { get; init; }

        public Mailing ToMailing() => Mailing.Parse(Kind, Key);
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

        public string? Reply { get; init; }

        public ClaimedDelivery ToDelivery(Mailing mailing, Subscriber subscriber) => new(
            new MessageIdentity(mailing, Id, QueuedAt), subscriber,
            new Claim(Attempts + 1, ExpiresAt, MailingId, State) { Reply = Reply });
    }
}

/// <summary>A mailing that accepts new deliveries.</summary>
internal sealed record OpenMailing
{
    public required long Id { get; init; }

    /// <summary>The start of the id range of its deliveries.</summary>
    public required long FirstDelivery { get; init; }
}
