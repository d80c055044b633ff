using TrendingMail.Delivery.History;
using TrendingMail.Inbound;
using TrendingMail.Inbound.Classification;
using TrendingMail.Storage;

namespace TrendingMail.Diagnostics.BulkSenders;

/// <summary>What came of the digests of the last weeks.</summary>
/// <param name="Sent">Digests that a server accepted or rejected.</param>
/// <param name="Bounces">Rejections and bounces.</param>
/// <param name="SentAfterOptOut">Digests to people who had unsubscribed 48 hours before.</param>
internal sealed record SendingState(long Sent, long Bounces, long Complaints, long SentAfterOptOut);

/// <summary>Measures what came of the digests of the last weeks.</summary>
internal sealed class SendingStatistics(
    DeliveryHistory deliveries, InboundReport inbound, Database database, TimeProvider clock)
{
    /// <summary>The number of days measured.</summary>
    public const int Days = 30;

    private static readonly TimeSpan OptOutLimit = TimeSpan.FromHours(48);

    public async Task<SendingState> MeasureAsync(CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow().AddDays(-Days);
        var counts = await deliveries.CountDigestsAsync(since, cancellationToken);
        var received = (await inbound.CountAsync(Days, cancellationToken)).Kinds;
        return new SendingState(
            counts.Sent + counts.Failed, counts.Failed + received[InboundKind.Bounce],
            received[InboundKind.Complaint], await CountSentAfterOptOutAsync(since, cancellationToken));
    }

    /// <summary>Counts digests that left long after an opt-out, with nothing recorded since.</summary>
    private Task<long> CountSentAfterOptOutAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<long>("""
            SELECT COUNT(*)
            FROM consent_events c
            JOIN deliveries d ON d.subscriber_id = c.subscriber_id AND d.ended_at > c.at + @limit
            WHERE c.kind = 'unsubscribed' AND c.at >= @since AND d.state = 'sent' AND d.priority = 1
              AND NOT EXISTS (SELECT 1
                              FROM consent_events later
                              WHERE later.subscriber_id = c.subscriber_id AND later.id > c.id
                                AND later.at <= d.ended_at)
            """, new { since, limit = (long)OptOutLimit.TotalMilliseconds }), cancellationToken);
}
