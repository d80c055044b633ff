using TrendingMail.Storage;

namespace TrendingMail.Delivery.Queue.Holding;

/// <summary>Gives digests that were held their full time to be delivered.</summary>
internal static class DeliveryExtension
{
    /// <summary>Extends the digests of the newest day.</summary>
    /// <inheritdoc cref="ExtendAsync"/>
    public static async Task ExtendNewestAsync(Session session, DateTimeOffset now, DeliveryOptions options)
    {
        if (await session.SingleAsync<DateOnly?>(
            "SELECT MAX(key) FROM mailings WHERE kind IN ('daily', 'weekly')") is { } newest)
        {
            await ExtendAsync(session, newest, now, options);
        }
    }

    /// <summary>Extends the waiting digests of a day that have less than half of their time left.</summary>
    public static async Task ExtendAsync(Session session, DateOnly day, DateTimeOffset now, DeliveryOptions options)
    {
        foreach (var mailing in await session.QueryAsync<OpenMailing>("""
            SELECT id, first_delivery FROM mailings WHERE kind IN ('daily', 'weekly') AND key = @day ORDER BY id
            """, new { day }))
        {
            await session.ExecuteAsync("""
                UPDATE deliveries
                SET expires_at = @expiresAt
                WHERE id BETWEEN @first AND @last AND mailing_id = @Id
                  AND state IN ('queued', 'deferred') AND ended_at IS NULL AND expires_at < @soon
                """, new
            {
                mailing.Id, first = mailing.FirstDelivery, last = mailing.FirstDelivery + uint.MaxValue,
                expiresAt = now.AddHours(options.GiveUpHours), soon = now.AddHours(options.GiveUpHours / 2.0),
            });
        }
    }
}
