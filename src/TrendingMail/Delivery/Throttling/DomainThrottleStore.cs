using TrendingMail.Storage;

namespace TrendingMail.Delivery.Throttling;

/// <summary>A recipient domain that is throttled or paused.</summary>
public sealed record ThrottledDomain
{
    public required string Domain { get; init; }

    /// <summary>Messages per second; null if the rate is not limited.</summary>
    public double? Rate { get; init; }

    /// <summary>The end of its pause.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>Its last reply.</summary>
    public required string Reply { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>When the rate was last changed.</summary>
    public DateTimeOffset? RateChangedAt { get; init; }
}

/// <summary>A server that is paused because it rejects our mail.</summary>
public sealed record PausedServer
{
    public required string Server { get; init; }

    public required DateTimeOffset PausedUntil { get; init; }

    /// <summary>Its last reply.</summary>
    public required string Reply { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>The result of a decision on a domain's rate.</summary>
/// <param name="IsChanged">Whether the rate was changed now; if not, another worker or node has just done so.</param>
/// <param name="Rate">Messages per second; null if the domain is no longer throttled.</param>
public readonly record struct RateDecision(bool IsChanged, double? Rate);

/// <summary>The counts of deliveries to one domain by state.</summary>
public sealed record DomainStatus
{
    public required string Domain { get; init; }

    public required long Waiting { get; init; }

    public required long Sent { get; init; }

    public required long Deferred { get; init; }

    public required long Failed { get; init; }

    public required long Skipped { get; init; }

    public required long Uncertain { get; init; }
}

/// <summary>
/// Stores which recipient domains and servers are throttled or paused, for all nodes and across restarts, and counts
/// deliveries by domain.
/// </summary>
public sealed class DomainThrottleStore(Database database, TimeProvider clock)
{
    /// <summary>
    /// The rate, in messages per second, from which a domain without a configured limit is halved at its first
    /// deferral.
    /// </summary>
    private const double InitialRate = 4;

    private const double MinRate = 0.2;

    private const double RateIncrement = 0.5;

    /// <summary>
    /// The rate, in messages per second, at which the throttle of a domain without a configured limit is removed.
    /// </summary>
    internal const double UnthrottledRate = 20;

    /// <summary>The time after which a throttle that was not changed is forgotten.</summary>
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromDays(1);

    /// <summary>The minimum time between decisions of all nodes, so that a burst of deferrals counts once.</summary>
    public static TimeSpan DecisionInterval { get; } = TimeSpan.FromSeconds(10);

    public SharedRateLimiter RateLimiter { get; } = new(database, clock);

    public Task<IReadOnlyList<ThrottledDomain>> ThrottledDomainsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<ThrottledDomain>("""
            SELECT domain, rate, paused_until, reply, changed_at, rate_changed_at
            FROM throttled_domains
            WHERE changed_at > @after
            ORDER BY domain
            """, new { after = clock.GetUtcNow() - ForgetAfter }), cancellationToken);

    public Task<IReadOnlyList<PausedServer>> PausedServersAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<PausedServer>("""
            SELECT server, paused_until, reply, changed_at
            FROM paused_servers
            WHERE paused_until > @now
            ORDER BY server
            """, new { now = clock.GetUtcNow() }), cancellationToken);

    /// <summary>Halves a domain's rate, unless it was decided on within the <see cref="DecisionInterval"/>.</summary>
    /// <param name="limit">The configured limit in messages per second; null if there is none.</param>
    public Task<RateDecision> SlowDownAsync(
        string domain, double? limit, string reply, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var lowest = Math.Min(MinRate, limit ?? MinRate);
        return DecideAsync("""
            INSERT INTO throttled_domains (domain, rate, rate_changed_at, reply, changed_at)
            VALUES (@domain, @first, @now, @reply, @now)
            ON CONFLICT (domain) DO UPDATE
            SET rate = CASE WHEN throttled_domains.rate IS NULL
                OR throttled_domains.changed_at <= @forgotten THEN excluded.rate
                            WHEN throttled_domains.rate > 2 * @lowest THEN throttled_domains.rate / 2
                            ELSE @lowest END,
                rate_changed_at = excluded.rate_changed_at, reply = excluded.reply, changed_at = excluded.changed_at
            WHERE throttled_domains.rate_changed_at IS NULL OR throttled_domains.rate_changed_at <= @before
            RETURNING rate
            """, new
        {
            domain = Normalize(domain), reply, now, lowest, first = Math.Max((limit ?? InitialRate) / 2, lowest),
            forgotten = now - ForgetAfter, before = now - DecisionInterval,
        }, domain, cancellationToken);
    }

    /// <summary>
    /// Raises a domain's rate by a step, unless it was decided on within the <see cref="DecisionInterval"/>.
    /// </summary>
    /// <inheritdoc cref="SlowDownAsync"/>
    public Task<RateDecision> SpeedUpAsync(
        string domain, double? limit, string reply, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return DecideAsync("""
            UPDATE throttled_domains
            SET rate = CASE WHEN rate + @RateIncrement < @top THEN rate + @RateIncrement END,
                rate_changed_at = @now, reply = @reply, changed_at = @now
            WHERE domain = @domain AND rate IS NOT NULL AND (rate_changed_at IS NULL OR rate_changed_at <= @before)
            RETURNING rate
            """, new
        {
            domain = Normalize(domain), reply, now, RateIncrement, top = limit ?? UnthrottledRate,
            before = now - DecisionInterval
        }, domain, cancellationToken);
    }

    public Task PauseDomainAsync(
        string domain, DateTimeOffset until, string reply, CancellationToken cancellationToken) =>
        database.WriteConcurrentAsync(session => session.ExecuteAsync("""
            INSERT INTO throttled_domains (domain, paused_until, reply, changed_at)
            VALUES (@domain, @until, @reply, @now)
            ON CONFLICT (domain) DO UPDATE
            SET paused_until = excluded.paused_until, reply = excluded.reply, changed_at = excluded.changed_at
            """, new { domain = Normalize(domain), until, reply, now = clock.GetUtcNow() }), cancellationToken);

    public Task PauseServerAsync(
        string server, DateTimeOffset until, string reply, CancellationToken cancellationToken) =>
        database.WriteConcurrentAsync(session => session.ExecuteAsync("""
            INSERT INTO paused_servers (server, paused_until, reply, changed_at) VALUES (@server, @until, @reply, @now)
            ON CONFLICT (server) DO UPDATE
            SET paused_until = excluded.paused_until, reply = excluded.reply, changed_at = excluded.changed_at
            """, new { server, until, reply, now = clock.GetUtcNow() }), cancellationToken);

    /// <summary>
    /// Counts the deliveries of digests by recipient domain, largest domain first. Reads every delivery.
    /// </summary>
    /// <param name="key">The day or week of the mailings.</param>
    public Task<IReadOnlyList<DomainStatus>> StatusAsync(string key, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<DomainStatus>($"""
            SELECT {database.Dialect.DomainSql("s.address_key")} AS domain,
                SUM(CASE WHEN d.state IN ('queued', 'sending') THEN 1 ELSE 0 END) AS waiting,
                SUM(CASE d.state WHEN 'sent' THEN 1 ELSE 0 END) AS sent,
                SUM(CASE d.state WHEN 'deferred' THEN 1 ELSE 0 END) AS deferred,
                SUM(CASE d.state WHEN 'failed' THEN 1 ELSE 0 END) AS failed,
                SUM(CASE d.state WHEN 'skipped' THEN 1 ELSE 0 END) AS skipped,
                SUM(CASE d.state WHEN 'uncertain' THEN 1 ELSE 0 END) AS uncertain
            FROM mailings m JOIN deliveries d ON d.mailing_id = m.id JOIN subscribers s ON s.id = d.subscriber_id
            WHERE m.kind IN ('daily', 'weekly') AND m.key = @key
            GROUP BY 1
            ORDER BY COUNT(*) DESC, 1
            LIMIT @limit
            """, new { key, limit }), cancellationToken);

    private Task<RateDecision> DecideAsync(
        string sql, object parameters, string domain, CancellationToken cancellationToken) =>
        database.WriteConcurrentAsync(async session =>
        {
            var decided = await session.FirstOrDefaultAsync<RateRow>(sql, parameters);
            var row = decided ?? await session.FirstOrDefaultAsync<RateRow>(
                "SELECT rate FROM throttled_domains WHERE domain = @domain", new { domain = Normalize(domain) });
            if (decided is { Rate: null })
            {
                var now = clock.GetUtcNow();
                await session.ExecuteAsync(
                    "DELETE FROM throttled_domains WHERE rate IS NULL AND (paused_until IS NULL OR paused_until < " +
                    "@now)", new { now });
                await SharedRateLimiter.DeleteExpiredAsync(session, now);
            }

            return new RateDecision(decided is not null, row?.Rate);
        }, cancellationToken);

    private static string Normalize(string domain) => domain.ToLowerInvariant();

    private sealed record RateRow
    {
        public double? Rate { get; init; }
    }
}
