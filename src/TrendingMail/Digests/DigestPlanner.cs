using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>What planning did.</summary>
/// <param name="Due">Readers who were looked at.</param>
/// <param name="Queued">Digests that are new in the ledger.</param>
public sealed record PlanResult(int Due, int Queued);

/// <summary>
/// Decides who gets which digest now, and queues it. Planning twice, or from two processes, ends with the same ledger.
/// </summary>
public sealed class DigestPlanner(Database database, EditionStore editions, Ledger ledger, TimeProvider clock)
{
    /// <summary>Readers planned in one transaction: few enough that a lane never waits long to write down an outcome.</summary>
    private const int Slice = 3000;

    /// <summary>An edition older than this is no news: a reader who is due gets nothing instead.</summary>
    private const int FreshDays = 7;

    /// <summary>Queues the newest edition for every reader whose hour has come and who has not had it yet.</summary>
    /// <param name="queued">Told whenever some are queued: they can leave while the rest is still being planned.</param>
    public async Task<PlanResult> PlanDueAsync(CancellationToken cancellationToken, Action? queued = null)
    {
        var now = clock.GetUtcNow();
        var newest = await FreshEditionAsync(now, cancellationToken);
        var planned = await Task.WhenAll(Enumerable.Range(0, Math.Max(1, database.Dialect.WriteLanes / 2))
            .Select(_ => PlanSlicesAsync(newest, now, queued, cancellationToken)));
        return new PlanResult(planned.Sum(plan => plan.Due), planned.Sum(plan => plan.Queued));
    }

    /// <summary>
    /// Queues one edition for a reader, or for all who read daily or on weekdays, whatever their hour; who has it
    /// already gets nothing.
    /// </summary>
    public async Task<PlanResult> PlanEditionAsync(
        DateOnly day, EmailAddress? only, CancellationToken cancellationToken)
    {
        var total = new PlanResult(0, 0);
        var afterId = 0L;
        while (true)
        {
            var (last, readers, queued) = await database.WriteBesideAsync(async session =>
            {
                await database.Dialect.FavourIndexesAsync(session);
                var ids = await ReadersOfAsync(session, only, afterId);
                return ids.Count == 0 ? (afterId, 0, 0) : (ids[^1], ids.Count,
                    await ledger.QueueAsync(session, [(Digest.MailingOf(weekly: false, day),
                        await WeekReaders.WithoutAsync(session, database.Dialect, weekly: false, day, ids))]));
            }, cancellationToken);
            if (readers == 0)
            {
                return total;
            }

            total = new PlanResult(total.Due + readers, total.Queued + queued);
            afterId = last;
        }
    }

    /// <summary>How many digests <see cref="PlanDueAsync"/> would queue now.</summary>
    public async Task<int> CountDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return await FreshEditionAsync(now, cancellationToken) is not { } newest
            ? 0
            : await database.ReadAsync(session => session.SingleAsync<int>("""
                SELECT COUNT(*)
                FROM subscribers s
                WHERE s.next_due_at <= @now AND s.state IN ('active', 'paused')
                  AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = s.address_key)
                  AND NOT EXISTS (SELECT 1
                                  FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
                                  WHERE d.subscriber_id = s.id AND m.key = @Key
                                    AND m.kind = CASE s.frequency WHEN 'weekly' THEN 'weekly' ELSE 'daily' END)
                """, new { now, Digest.MailingOf(false, newest.Day).Key }), cancellationToken);
    }

    /// <summary>How many digests <see cref="PlanEditionAsync"/> would queue.</summary>
    public Task<int> CountEditionAsync(DateOnly day, EmailAddress? only, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<int>("""
            SELECT COUNT(*)
            FROM subscribers s
            WHERE s.state = 'active'
              AND (s.address_key = @addressKey OR (@addressKey IS NULL AND s.frequency <> 'weekly'))
              AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = s.address_key)
              AND NOT EXISTS (SELECT 1
                              FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
                              WHERE d.subscriber_id = s.id AND m.kind = 'daily' AND m.key = @Key)
            """, new { addressKey = only?.Key, Digest.MailingOf(false, day).Key }), cancellationToken);

    /// <summary>
    /// Plans slice by slice until there is none, maybe beside others who do the same: each holds its slice's readers, and passes over
    /// those of the others.
    /// </summary>
    private async Task<PlanResult> PlanSlicesAsync(
        Edition? newest, DateTimeOffset now, Action? queued, CancellationToken cancellationToken)
    {
        var slices = IDueSlices.Of(database.Dialect, ledger);
        var total = new PlanResult(0, 0);
        var last = DuePlace.Start;
        while (true)
        {
            var slice = await database.WriteBesideAsync(
                session => slices.PlanAsync(session, newest, last, now, Slice), cancellationToken);
            total = new PlanResult(total.Due + slice.Due, total.Queued + slice.Queued);
            if (slice.Queued > 0)
            {
                queued?.Invoke();
            }

            if (slice.Due < Slice)
            {
                return total;
            }

            last = slice.Last;
        }
    }

    private Task<IReadOnlyList<long>> ReadersOfAsync(Session session, EmailAddress? only, long afterId) =>
        session.QueryAsync<long>($"""
            SELECT id
            FROM subscribers
            WHERE state = 'active' AND id > @afterId
              AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = subscribers.address_key)
              AND (address_key = @addressKey OR (@addressKey IS NULL AND frequency <> 'weekly'))
            ORDER BY id
            LIMIT @Slice
            {database.Dialect.LockRows}
            """, new { afterId, addressKey = only?.Key, Slice });

    private async Task<Edition?> FreshEditionAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var newest = await editions.NewestAsync(cancellationToken);
        return newest?.Day >= DateOnly.FromDateTime(now.UtcDateTime).AddDays(-FreshDays) ? newest : null;
    }
}
