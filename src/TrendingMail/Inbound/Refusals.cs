using TrendingMail.Inbound.Reports;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>
/// Refusals that a server gave when a mail was handed over go by the same rules as mails that come back. They are read
/// from the ledger, and how far is written in the transaction that acts: a crash between loses none and repeats none.
/// </summary>
public sealed class Refusals(Database database, InboundBook book, ReportDesk reports)
{
    private const int Batch = 200;

    private static readonly Origin AtHandOver = new("smtp", null);

    /// <summary>
    /// Acts upon what was refused since the last time, and forgets the scores of whom mail has reached.
    /// </summary>
    /// <returns>How many refusals there were.</returns>
    public async Task<int> HandleAsync(CancellationToken cancellationToken)
    {
        await database.WriteAsync(book.ForgetArrivedAsync, cancellationToken);
        var handled = 0;
        int count;
        do
        {
            count = await database.WriteAsync(HandleBatchAsync, cancellationToken);
            handled += count;
        }
        while (count == Batch);

        return handled;
    }

    private async Task<int> HandleBatchAsync(Session session)
    {
        var seen = await session.FirstOrDefaultAsync<Seen>("SELECT ended_at, delivery_id FROM refusals_seen");
        var rows = await session.QueryAsync<Row>("""
            SELECT d.id, d.subscriber_id, d.reply, e.at AS ended_at
            FROM delivery_events e JOIN deliveries d ON d.id = e.delivery_id
            WHERE e.kind = 'failed' AND (e.at, e.delivery_id) > (@EndedAt, @DeliveryId)
            ORDER BY e.at, e.delivery_id
            LIMIT @Batch
            """, new
        {
            EndedAt = seen?.EndedAt ?? DateTimeOffset.UnixEpoch,
            DeliveryId = seen?.DeliveryId ?? 0,
            Batch,
        });
        foreach (var row in rows)
        {
            // "Not sent in time" is no server's word; what was given up after attempts ends with the last one's.
            if (row.Reply is { Length: > 0 } reply && ServerWords.Of(reply).Reply is not null &&
                await SubscriberStore.FindAsync(session, row.SubscriberId) is { } reader)
            {
                var recipient = Judgement.Of(reader.Address, RecipientAction.Failed, null, reply, "");
                await reports.ReportedAsync(
                    session, null, new ConcernedReader(reader, row.Id, true), recipient, AtHandOver);
            }
        }

        if (rows.Count > 0)
        {
            await session.ExecuteAsync("""
                INSERT INTO refusals_seen (only_row, ended_at, delivery_id) VALUES (1, @EndedAt, @Id)
                ON CONFLICT (only_row) DO UPDATE SET ended_at = excluded.ended_at, delivery_id = excluded.delivery_id
                """, new { rows[^1].EndedAt, rows[^1].Id });
        }

        return rows.Count;
    }

    private sealed record Seen
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
