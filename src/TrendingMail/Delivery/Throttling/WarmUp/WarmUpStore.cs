using TrendingMail.Storage;

namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>What one day brought under one cap.</summary>
public sealed record WarmUpUsage
{
    public required string Server { get; init; }

    /// <summary>The recipient domain; empty for all together.</summary>
    public required string Domain { get; init; }

    /// <summary>Digests handed to the server, and some that a node is about to hand over.</summary>
    public required long Digests { get; init; }

    /// <summary>The same of notices.</summary>
    public required long Notices { get; init; }

    /// <summary>How often a delivery was postponed.</summary>
    public required long Postponed { get; init; }

    /// <summary>Deliveries that found no room before they expired.</summary>
    public required long Expired { get; init; }
}

/// <summary>A change of the counts of one day under one cap.</summary>
internal readonly record struct UsageChange(string Domain, long Digests, long Notices, long Postponed, long Expired);

/// <summary>
/// Counts what each server was handed by day and recipient domain, for all nodes and across restarts. Nodes take
/// permits in blocks and give back what they do not use; a node that dies wastes the rest of its blocks.
/// </summary>
public sealed class WarmUpStore(Database database, TimeProvider clock)
{
    /// <summary>For how long the counts of a day are kept.</summary>
    private const int RetentionDays = 90;

    /// <summary>Takes permits for messages to one domain, as many as wanted or as there is room for.</summary>
    /// <returns>The number of permits; if none, the cap that is used up.</returns>
    internal Task<(int Permits, WarmUpDenial? Denial)> AcquireAsync(
        WarmUpPlan plan, DateOnly day, string domain, MessageClass messageClass, int wanted,
        CancellationToken cancellationToken) =>
        database.WriteConcurrentAsync(async session =>
        {
            // The row of the server is locked first, so that nodes take permits one after the other.
            var timeOfDay = clock.GetUtcNow().TimeOfDay;
            var (cap, domainCap) = (plan.GetCap(day), plan.GetCap(day, domain));
            var total = await LockAsync(session, plan.Server, day, "");
            var ofDomain = await LockAsync(session, plan.Server, day, domain);
            var room = WarmUpAllowance.GetRoom(cap, total, messageClass, timeOfDay);
            var domainRoom = WarmUpAllowance.GetRoom(domainCap, ofDomain, messageClass, timeOfDay);
            var permits = (int)Math.Min(wanted, Math.Min(room, domainRoom));
            if (permits == 0)
            {
                return (0, room > 0
                    ? WarmUpDenial.For(plan, day, domain, domainCap, ofDomain, messageClass, timeOfDay)
                    : WarmUpDenial.For(plan, day, null, cap, total, messageClass, timeOfDay));
            }

            await AddAsync(session, plan.Server, day, [ToChange(domain, messageClass, permits)]);
            return (permits, (WarmUpDenial?)null);
        }, cancellationToken);

    /// <summary>Adds to the counts of a day: unused permits are negative.</summary>
    internal Task AddAsync(
        string server, DateOnly day, IReadOnlyCollection<UsageChange> changes, CancellationToken cancellationToken) =>
        database.WriteConcurrentAsync(async session =>
        {
            await LockAsync(session, server, day, "");
            await AddAsync(session, server, day, changes);
            return 0;
        }, cancellationToken);

    /// <summary>The counts of a day, by server and domain.</summary>
    public Task<IReadOnlyList<WarmUpUsage>> ListAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<WarmUpUsage>("""
            SELECT server, domain, digests, notices, postponed, expired
            FROM warm_up_usage
            WHERE day = @day
            ORDER BY server, domain
            """, new { day }), cancellationToken);

    /// <summary>Whether any delivery was postponed on a day or later.</summary>
    internal Task<bool> HasPostponedAsync(DateOnly since, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM warm_up_usage WHERE domain = '' AND day >= @since AND postponed > 0)",
            new { since }), cancellationToken);

    internal static UsageChange ToChange(string domain, MessageClass messageClass, int permits) =>
        messageClass == MessageClass.Notice
            ? new UsageChange(domain, 0, permits, 0, 0)
            : new UsageChange(domain, permits, 0, 0, 0);

    /// <summary>The counts of a row, which is created if necessary and stays locked.</summary>
    private static async Task<CapUsage> LockAsync(Session session, string server, DateOnly day, string domain)
    {
        var row = (await session.FirstOrDefaultAsync<Row>("""
            INSERT INTO warm_up_usage (server, day, domain) VALUES (@server, @day, @domain)
            ON CONFLICT (server, day, domain) DO UPDATE SET digests = warm_up_usage.digests
            RETURNING digests, notices, digests + notices + postponed + expired AS total
            """, new { server, day, domain }))!;
        if (domain.Length == 0 && row.Total == 0)
        {
            await session.ExecuteAsync(
                "DELETE FROM warm_up_usage WHERE day < @before", new { before = day.AddDays(-RetentionDays) });
        }

        return new CapUsage(row.Digests, row.Notices);
    }

    private static async Task AddAsync(
        Session session, string server, DateOnly day, IReadOnlyCollection<UsageChange> changes)
    {
        var total = new UsageChange("", changes.Sum(change => change.Digests), changes.Sum(change => change.Notices),
            changes.Sum(change => change.Postponed), changes.Sum(change => change.Expired));
        foreach (var change in changes.Where(change => change.Domain.Length > 0)
            .OrderBy(change => change.Domain, StringComparer.Ordinal).Prepend(total))
        {
            await session.ExecuteAsync("""
                INSERT INTO warm_up_usage (server, day, domain, digests, notices, postponed, expired)
                VALUES (@server, @day, @Domain, @Digests, @Notices, @Postponed, @Expired)
                ON CONFLICT (server, day, domain) DO UPDATE
                SET digests = warm_up_usage.digests + excluded.digests,
                    notices = warm_up_usage.notices + excluded.notices,
                    postponed = warm_up_usage.postponed + excluded.postponed,
                    expired = warm_up_usage.expired + excluded.expired
                """, new
            {
                server, day, change.Domain, change.Digests, change.Notices, change.Postponed, change.Expired,
            });
        }
    }

    private sealed record Row
    {
        public required long Digests { get; init; }

        public required long Notices { get; init; }

        public required long Total { get; init; }
    }
}
