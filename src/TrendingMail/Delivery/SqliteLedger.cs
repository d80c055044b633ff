using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>The ledger as one table.</summary>
internal sealed class SqliteLedger(IDialect dialect) : ILedgerDialect
{
    public string QueueSql { get; } = $"""
        INSERT INTO deliveries (mailing_id, subscriber_id, priority, state, queued_at, expires_at, next_attempt_at)
        SELECT @mailingId, value, @priority, 'queued', @now, @expiresAt, @now
        FROM ({dialect.NumbersSql("@ids")}) AS readers
        WHERE EXISTS (SELECT 1 FROM subscribers WHERE id = value)
        ON CONFLICT DO NOTHING
        """;

    public long FirstDelivery(DateTimeOffset at) => 0;

    public Task PrepareAsync(Session session, long firstDelivery) => Task.CompletedTask;

    public Task<long> DropAsync(Database database, DateTimeOffset before, CancellationToken cancellationToken) => Task.FromResult(0L);

    public long FirstKept(DateTimeOffset before) => long.MaxValue;
}
