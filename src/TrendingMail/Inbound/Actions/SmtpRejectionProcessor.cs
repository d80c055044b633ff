using TrendingMail.Delivery.Queue;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Classification.Reports;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Inbound.Actions;

/// <summary>
/// Applies the bounce rules to rejections that a server gave during the SMTP session. They are read from the delivery
/// queue, and the position is stored in the transaction that acts on them, so a crash neither loses nor repeats one.
/// </summary>
public sealed class SmtpRejectionProcessor(Database database, InboundStore store, BounceHandler bounceHandler)
{
    private const int BatchSize = 200;

    private static readonly ConsentOrigin SmtpOrigin = new("smtp", null);

    /// <summary>
    /// Acts on the rejections since the last run, and deletes the scores of subscribers whose mail is delivered again.
    /// </summary>
    /// <returns>The number of rejections processed.</returns>
    public async Task<int> ProcessAsync(CancellationToken cancellationToken)
    {
        await database.WriteAsync(store.DeleteScoresAfterDeliveryAsync, cancellationToken);
        var processed = 0;
        int count;
        do
        {
            count = await database.WriteAsync(ProcessBatchAsync, cancellationToken);
            processed += count;
        }
        while (count == BatchSize);

        return processed;
    }

    private async Task<int> ProcessBatchAsync(Session session)
    {
        var cursor = await session.FirstOrDefaultAsync<Cursor>(
            "SELECT ended_at, delivery_id FROM smtp_rejection_cursor");
        var rows = await session.QueryAsync<Row>("""
            SELECT d.id, d.subscriber_id, d.reply, e.at AS ended_at
            FROM delivery_events e JOIN deliveries d ON d.id = e.delivery_id
            WHERE e.kind = 'failed' AND (e.at, e.delivery_id) > (@EndedAt, @DeliveryId)
            ORDER BY e.at, e.delivery_id
            LIMIT @BatchSize
            """, new
        {
            EndedAt = cursor?.EndedAt ?? DateTimeOffset.UnixEpoch,
            DeliveryId = cursor?.DeliveryId ?? 0,
            BatchSize,
        });
        foreach (var row in rows)
        {
            // Some failures have no verdict of a server, such as an expired deadline. They do not concern the address.
            if (DeliveryTransition.FindServerReply(row.Reply ?? "") is { } reply &&
                await SubscriberStore.FindAsync(session, row.SubscriberId) is { } subscriber)
            {
                var recipient = RecipientInterpreter.Interpret(
                    subscriber.Address, RecipientAction.Failed, null, reply.ToString(), []);
                await bounceHandler.HandleRecipientAsync(
                    session, null, new AffectedSubscriber(subscriber, row.Id, true), recipient, SmtpOrigin);
            }
        }

        if (rows.Count > 0)
        {
            await session.ExecuteAsync("""
                INSERT INTO smtp_rejection_cursor (singleton, ended_at, delivery_id) VALUES (1, @EndedAt, @Id)
                ON CONFLICT (singleton) DO UPDATE SET ended_at = excluded.ended_at, delivery_id = excluded.delivery_id
                """, new { rows[^1].EndedAt, rows[^1].Id });
        }

        return rows.Count;
    }

    private sealed record Cursor
    {
        public required DateTimeOffset EndedAt { get; init; }

        public required long DeliveryId { get; init; }
    }

    private sealed record Row
    {
        public required long Id { get; init; }

        public required long SubscriberId { get; init; }

        public string? Reply { get; init; }

        public required DateTimeOffset EndedAt { get; init; }
    }
}
