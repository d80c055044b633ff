using TrendingMail.Messages;
using TrendingMail.Storage;

namespace TrendingMail.Delivery.History;

/// <summary>A delivery to a subscriber and its outcome.</summary>
public sealed record DeliveryRecord
{
    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required DeliveryState State { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The reply of the receiving mail server, or the reason why the mail was not sent.</summary>
    public string? Reply { get; init; }
}

/// <summary>How many digests a server accepted, and how many it rejected for good.</summary>
public sealed record DigestCounts
{
    public required long Sent { get; init; }

    public required long Failed { get; init; }
}

/// <summary>The mailings that a subscriber was sent or is about to be sent.</summary>
public sealed class DeliveryHistory(Database database)
{
    /// <summary>Counts the outcomes of the digests of mailings since an instant.</summary>
    public Task<DigestCounts> CountDigestsAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (await session.FirstOrDefaultAsync<DigestCounts>("""
            SELECT CAST(COALESCE(SUM(sent), 0) AS BIGINT) AS sent, CAST(COALESCE(SUM(failed), 0) AS BIGINT) AS failed
            FROM mailings
            WHERE kind IN ('daily', 'weekly') AND created_at >= @since
            """, new { since }))!, cancellationToken);

    /// <summary>A subscriber's digests between two days, without those that failed or were skipped.</summary>
    public Task<IReadOnlyList<Mailing.Digest>> DigestsAsync(
        long subscriberId, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Mailing.Digest>>(async session =>
            [.. (await session.QueryAsync<Row>("""
                SELECT m.kind, m.key
                FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
                WHERE d.subscriber_id = @subscriberId AND d.state NOT IN ('failed', 'skipped')
                  AND m.kind IN ('daily', 'weekly') AND m.key BETWEEN @from AND @to
                ORDER BY m.key, m.kind
                """, new { subscriberId, from, to }))
                .Select(row => Mailing.Parse(row.Kind, row.Key)).OfType<Mailing.Digest>()], cancellationToken);

    /// <summary>The mailings of digests whose first delivery was queued since an instant, oldest first.</summary>
    public Task<IReadOnlyList<Mailing.Digest>> MailingsAsync(
        DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Mailing.Digest>>(async session =>
            [.. (await session.QueryAsync<Row>("""
                SELECT kind, key
                FROM mailings
                WHERE kind IN ('daily', 'weekly') AND created_at >= @since
                ORDER BY id
                """, new { since }))
                .Select(row => Mailing.Parse(row.Kind, row.Key)).OfType<Mailing.Digest>()], cancellationToken);

    /// <summary>What a digest contained when it was sent; null if that was not recorded.</summary>
    public Task<string?> FindSelectionAsync(
        long subscriberId, Mailing.Digest mailing, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstOrDefaultAsync<string?>("""
            SELECT d.selection
            FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
            WHERE d.subscriber_id = @subscriberId AND m.kind = @KindName AND m.key = @Key
            """, new { subscriberId, mailing.KindName, mailing.Key }), cancellationToken);

    /// <summary>All deliveries to a subscriber, oldest first, as long as they are retained.</summary>
    public Task<IReadOnlyList<DeliveryRecord>> ListAsync(long subscriberId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<DeliveryRecord>("""
            SELECT m.kind, m.key, d.state, d.queued_at, d.ended_at, d.reply
            FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
            WHERE d.subscriber_id = @subscriberId
            ORDER BY d.id
            """, new { subscriberId }), cancellationToken);

    private sealed record Row
    {
        public required string Kind { get; init; }

        public required string Key { get; init; }
    }
}
