using TrendingMail.Storage;

namespace TrendingMail.Delivery.History;

/// <summary>The mailings that a subscriber was sent or is about to be sent.</summary>
public sealed class DeliveryHistory(Database database)
{
    /// <summary>A subscriber's digests between two days, without those that failed or were skipped.</summary>
    public Task<IReadOnlyList<Mailing>> DigestsAsync(
        long subscriberId, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Mailing>>(async session =>
            [.. (await session.QueryAsync<Row>("""
                SELECT m.kind, m.key
                FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
                WHERE d.subscriber_id = @subscriberId AND d.state NOT IN ('failed', 'skipped')
                  AND m.kind IN ('daily', 'weekly') AND m.key BETWEEN @from AND @to
                ORDER BY m.key, m.kind
                """, new { subscriberId, from, to })).Select(row => new Mailing(row.Kind, row.Key))], cancellationToken);

    private sealed record Row
    {
        public required string Kind { get; init; }

        public required string Key { get; init; }
    }
}
