using System.Globalization;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Storage;

namespace TrendingMail.Delivery.Queue.Dialects;

/// <summary>
/// The delivery queue, partitioned by the month (UTC) in which a mailing was created, so that deleting a month means
/// dropping two tables. A delivery id holds the months since 2000 in its upper 32 bits and a number in the lower ones.
/// </summary>
internal sealed class PostgreSqlQueueDialect(IDialect dialect) : IQueueDialect
{
    private const int MonthShift = 32;

    private const string PartitionPrefix = "deliveries_";

    /// <summary>The recipient in the expression for the time of the first attempt.</summary>
    public const string RecipientId = "r.subscriber_id";

    // Scalar subqueries here and below, because the planner cannot turn them into joins: a join would read the whole
    // table or partition for a few thousand subscribers.
    public string EnqueueSql { get; } = InsertSql(RecipientsSql(dialect), "@dueAt");

    public string RankedEnqueueSql { get; } =
        InsertSql(RecipientsSql(dialect), EngagementRank.DueSql("@dueAt", RecipientId));

    /// <summary>
    /// The statement that queues deliveries with <c>@priority</c>, <c>@now</c> and <c>@expiresAt</c>, except for those
    /// who have the mailing already. Bulk enqueueing locks the subscribers' rows, so no other process queues for them
    /// meanwhile, and the partition's unique constraint guards the rest.
    /// </summary>
    /// <param name="recipientsSql">
    /// A query with the columns <c>mailing_id</c>, <c>first_delivery</c> (see <see cref="OpenMailing.FirstDelivery"/>)
    /// and <c>subscriber_id</c>.
    /// </param>
    /// <param name="dueAt">The expression for the time of the first attempt.</param>
    public static string InsertSql(string recipientsSql, string dueAt = "@now") => $"""
        INSERT INTO deliveries (id, mailing_id, subscriber_id, priority, state, queued_at, expires_at, next_attempt_at)
        SELECT r.first_delivery + nextval('delivery_numbers'), r.mailing_id, r.subscriber_id, @priority, 'queued', @now,
            @expiresAt, {dueAt}
        FROM ({recipientsSql}) AS r
        WHERE (SELECT 1 FROM deliveries d
               WHERE d.subscriber_id = r.subscriber_id AND d.mailing_id = r.mailing_id
                 AND d.id BETWEEN r.first_delivery AND r.first_delivery + {uint.MaxValue}) IS NULL
        """;

    public long GetFirstDeliveryId(DateTimeOffset at) => MonthNumber(at.UtcDateTime) << MonthShift;

    public Task EnsurePartitionAsync(Session session, long firstDelivery) =>
        session.ExecuteAsync("SELECT create_delivery_partitions(@firstDelivery)", new { firstDelivery });

    public async Task<long> DropPartitionsAsync(
        Database database, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var partitions = await database.ReadAsync(session => session.QueryAsync<string>($"""
            SELECT c.relname
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'deliveries'::regclass
            ORDER BY 1
            """), cancellationToken);
        var dropped = 0L;
        foreach (var partition in partitions)
        {
            if (DateTime.TryParseExact(partition.AsSpan(PartitionPrefix.Length), "yyyy_MM",
                CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
                && MonthNumber(month) < MonthNumber(before.UtcDateTime))
            {
                dropped += await database.WriteAsync(
                    session => DropPartitionsAsync(session, partition, before), cancellationToken);
            }
        }

        return dropped;
    }

    public long GetFirstRetainedId(DateTimeOffset before) => GetFirstDeliveryId(before);

    private static string RecipientsSql(IDialect dialect) => $"""
        SELECT @mailingId AS mailing_id, @firstDelivery AS first_delivery, value AS subscriber_id
        FROM ({dialect.NumbersSql("@ids")}) AS numbers
        WHERE (SELECT 1 FROM subscribers s WHERE s.id = value) IS NOT NULL
        """;

    private static long MonthNumber(DateTime at) => (at.Year - 2000) * 12L + at.Month - 1;

    private static async Task<long> DropPartitionsAsync(Session session, string partition, DateTimeOffset before)
    {
        // Do not block readers of the other partitions for long: if the lock is not available, the next run drops it.
        await session.ExecuteAsync("SET LOCAL lock_timeout = '3s'");
        var contents = (await session.FirstOrDefaultAsync<PartitionContents>($"""
            SELECT COUNT(*) AS rows,
                COUNT(*) FILTER (WHERE queued_at >= @before OR state NOT IN ('sent', 'failed', 'skipped')) AS kept
            FROM {partition}
            """, new { before }))!;
        if (contents.Kept > 0)
        {
            return 0;
        }

        var events = partition.Replace(PartitionPrefix, "delivery_events_", StringComparison.Ordinal);
        await session.ExecuteAsync($"DROP TABLE {partition}, {events}");
        return contents.Rows;
    }

    private sealed record PartitionContents
    {
        public required long Rows { get; init; }

        public required long Kept { get; init; }
    }
}
