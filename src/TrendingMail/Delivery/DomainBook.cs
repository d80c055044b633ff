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

    /// <summary>When the rate was decided.</summary>
    public DateTimeOffset? PacedAt { get; init; }
}

/// <summary>A server that takes no mail from us for a while.</summary>
public sealed record HeldServer
{
    public required string Server { get; init; }

    public required DateTimeOffset RestsUntil { get; init; }

    /// <summary>What it said last.</summary>
    public required string Reply { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>What was decided of a domain's pace.</summary>
/// <param name="IsChanged">Whether it was now; else another lane or node did so a moment ago.</param>
/// <param name="Rate">Messages a second; null where nothing holds it back any more.</param>
public readonly record struct PaceDecision(bool IsChanged, double? Rate);

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
/// What is known of recipient domains: how their mail fares, and which are held back. The latter holds for all nodes, and outlives a
/// restart, for a domain's patience does not begin anew with our program.
/// </summary>
public sealed class DomainBook(Database database, TimeProvider clock)
{
    /// <summary>Messages a second at which a domain without a limit of its own starts when it first defers.</summary>
    private const double FirstRate = 4;

    private const double LowestRate = 0.2;

    private const double Step = 0.5;

    /// <summary>A domain without a limit that takes so many a second is held back no longer.</summary>
    internal const double FreeRate = 20;

    /// <summary>A domain that was slow so long ago gets a fresh start.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    /// <summary>One decision in so much time, of all nodes: the deferrals of one burst are one sign, not many.</summary>
    public static TimeSpan Period { get; } = TimeSpan.FromSeconds(10);

    public TurnBook Turns { get; } = new(database, clock);

    public Task<IReadOnlyList<HeldDomain>> HeldAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<HeldDomain>("""
            SELECT domain, rate, rests_until, reply, changed_at, paced_at
            FROM held_domains
            WHERE changed_at > @after
            ORDER BY domain
            """, new { after = clock.GetUtcNow() - Memory }), cancellationToken);

    public Task<IReadOnlyList<HeldServer>> HeldServersAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<HeldServer>("""
            SELECT server, rests_until, reply, changed_at FROM held_servers WHERE rests_until > @now ORDER BY server
            """, new { now = clock.GetUtcNow() }), cancellationToken);

    /// <summary>Halves a domain's rate, unless that was decided within the <see cref="Period"/>.</summary>
    /// <param name="limit">Messages a second that the settings allow; null where they say nothing.</param>
    public Task<PaceDecision> SlowDownAsync(string domain, double? limit, string reply, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var lowest = Math.Min(LowestRate, limit ?? LowestRate);
        return DecideAsync("""
            INSERT INTO held_domains (domain, rate, paced_at, reply, changed_at) VALUES (@domain, @first, @now, @reply, @now)
            ON CONFLICT (domain) DO UPDATE
            SET rate = CASE WHEN held_domains.rate IS NULL OR held_domains.changed_at <= @forgotten THEN excluded.rate
                            WHEN held_domains.rate > 2 * @lowest THEN held_domains.rate / 2
                            ELSE @lowest END,
                paced_at = excluded.paced_at, reply = excluded.reply, changed_at = excluded.changed_at
            WHERE held_domains.paced_at IS NULL OR held_domains.paced_at <= @before
            RETURNING rate
            """, new
        {
            domain = KeyOf(domain), reply, now, lowest, first = Math.Max((limit ?? FirstRate) / 2, lowest),
            forgotten = now - Memory, before = now - Period,
        }, domain, cancellationToken);
    }

    /// <summary>Raises a domain's rate by a step, unless that was decided within the <see cref="Period"/>.</summary>
    /// <inheritdoc cref="SlowDownAsync"/>
    public Task<PaceDecision> SpeedUpAsync(string domain, double? limit, string reply, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return DecideAsync("""
            UPDATE held_domains
            SET rate = CASE WHEN rate + @Step < @top THEN rate + @Step END, paced_at = @now, reply = @reply, changed_at = @now
            WHERE domain = @domain AND rate IS NOT NULL AND (paced_at IS NULL OR paced_at <= @before)
            RETURNING rate
            """, new { domain = KeyOf(domain), reply, now, Step, top = limit ?? FreeRate, before = now - Period }, domain, cancellationToken);
    }

    public Task RestsAsync(string domain, DateTimeOffset until, string reply, CancellationToken cancellationToken) =>
        database.WriteBesideAsync(session => session.ExecuteAsync("""
            INSERT INTO held_domains (domain, rests_until, reply, changed_at) VALUES (@domain, @until, @reply, @now)
            ON CONFLICT (domain) DO UPDATE
            SET rests_until = excluded.rests_until, reply = excluded.reply, changed_at = excluded.changed_at
            """, new { domain = KeyOf(domain), until, reply, now = clock.GetUtcNow() }), cancellationToken);

    public Task ServerRestsAsync(string server, DateTimeOffset until, string reply, CancellationToken cancellationToken) =>
        database.WriteBesideAsync(session => session.ExecuteAsync("""
            INSERT INTO held_servers (server, rests_until, reply, changed_at) VALUES (@server, @until, @reply, @now)
            ON CONFLICT (server) DO UPDATE
            SET rests_until = excluded.rests_until, reply = excluded.reply, changed_at = excluded.changed_at
            """, new { server, until, reply, now = clock.GetUtcNow() }), cancellationToken);

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

    private Task<PaceDecision> DecideAsync(string sql, object parameters, string domain, CancellationToken cancellationToken) =>
        database.WriteBesideAsync(async session =>
        {
            var decided = await session.FirstOrDefaultAsync<RateRow>(sql, parameters);
            var row = decided ?? await session.FirstOrDefaultAsync<RateRow>(
                "SELECT rate FROM held_domains WHERE domain = @domain", new { domain = KeyOf(domain) });
            if (decided is { Rate: null })
            {
                var now = clock.GetUtcNow();
                await session.ExecuteAsync(
                    "DELETE FROM held_domains WHERE rate IS NULL AND (rests_until IS NULL OR rests_until < @now)", new { now });
                await TurnBook.ForgetAsync(session, now);
            }

            return new PaceDecision(decided is not null, row?.Rate);
        }, cancellationToken);

    private static string KeyOf(string domain) => domain.ToLowerInvariant();

    private sealed record RateRow
    {
        public double? Rate { get; init; }
    }
}
