using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Storage;

namespace TrendingMail.Delivery.Queue.Dialects;

/// <summary>The delivery queue in one table.</summary>
internal sealed class SqliteQueueDialect(IDialect dialect) : IQueueDialect
{
    public string EnqueueSql { get; } = InsertSql(dialect, "@dueAt");

    public string RankedEnqueueSql { get; } = InsertSql(dialect, EngagementRank.DueSql("@dueAt", "value"));

    public long GetFirstDeliveryId(DateTimeOffset at) => 0;

    public Task EnsurePartitionAsync(Session session, long firstDelivery) => Task.CompletedTask;

    public Task<long> DropPartitionsAsync(Database database, DateTimeOffset before,
        CancellationToken cancellationToken) => Task.FromResult(0L);

    public long GetFirstRetainedId(DateTimeOffset before) => long.MaxValue;

    private static string InsertSql(IDialect dialect, string dueAt) => $"""
        INSERT INTO deliveries (mailing_id, subscriber_id, priority, state, queued_at, expires_at, next_attempt_at)
        SELECT @mailingId, value, @priority, 'queued', @now, @expiresAt, {dueAt}
        FROM ({dialect.NumbersSql("@ids")}) AS recipients
        WHERE EXISTS (SELECT 1 FROM subscribers WHERE id = value)
        ON CONFLICT DO NOTHING
        """;
}
