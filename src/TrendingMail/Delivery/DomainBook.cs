using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>A recipient domain that gets mail slower than it comes, or none for a while.</summary>
public sealed record HeldDomain
{
    public required string Domain { get; init; }

    /// <summary>Messages a second; null where its pace is free.</summary>
    public double? Rate { get; init; }

    /// <summary>It gets none until then.</summary>
    public DateTimeOffset? RestsUntil { get; init; }

    /// <summary>What it said last.</summary>
    public required string Reply { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>How many deliveries of a mailing to one domain are in each state.</summary>
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
/// What is known of recipient domains: how their mail fares, and which are held back. The latter outlives a restart, for a
/// domain's patience does not begin anew with our program.
/// </summary>
public sealed class DomainBook(Database database, TimeProvider clock)
{
    /// <summary>A domain that was slow so long ago gets a fresh start.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    public Task<IReadOnlyList<HeldDomain>> HeldAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<HeldDomain>("""
            SELECT domain, rate, rests_until, reply, changed_at
            FROM held_domains
            WHERE changed_at > @after
            ORDER BY domain
            """, new { after = clock.GetUtcNow() - Memory }), cancellationToken);

    /// <param name="rate">Messages a second; null where nothing holds it back.</param>
    public Task PacedAsync(string domain, double? rate, string reply, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("""
                INSERT INTO held_domains (domain, rate, reply, changed_at) VALUES (@domain, @rate, @reply, @now)
                ON CONFLICT (domain) DO UPDATE SET rate = excluded.rate, reply = excluded.reply, changed_at = excluded.changed_at
                """, new { domain, rate, reply, now = clock.GetUtcNow() });
            await session.ExecuteAsync("""
                DELETE FROM held_domains WHERE rate IS NULL AND (rests_until IS NULL OR rests_until < @now)
                """, new { now = clock.GetUtcNow() });
        }, cancellationToken);

    public Task RestsAsync(string domain, DateTimeOffset until, string reply, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO held_domains (domain, rests_until, reply, changed_at) VALUES (@domain, @until, @reply, @now)
            ON CONFLICT (domain) DO UPDATE
            SET rests_until = excluded.rests_until, reply = excluded.reply, changed_at = excluded.changed_at
            """, new { domain, until, reply, now = clock.GetUtcNow() }), cancellationToken);

    /// <summary>How digests fared by recipient domain, those with most readers first. Looks at each delivery.</summary>
    /// <param name="key">The mailings of this day or week.</param>
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
}
