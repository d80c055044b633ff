using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Hold;
using TrendingMail.Messages;
using TrendingMail.Storage;

namespace TrendingMail.Delivery.Queue;

/// <summary>
/// Brings the queue of a restored copy in line with what the lost installation sent. Used while delivery is on hold;
/// repeating it changes nothing.
/// </summary>
public sealed class DeliveryReconciliation(Database database, DeliveryQueue queue, TimeProvider clock)
{
    private const int BatchSize = 500;

    private static readonly DeliveryState[] Unfinished =
        [DeliveryState.Queued, DeliveryState.Deferred, DeliveryState.Sending, DeliveryState.Uncertain];

    /// <summary>Lists the deliveries whose messages may still have to be sent.</summary>
    public Task<IReadOnlyList<UnfinishedDelivery>> ListUnfinishedAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<UnfinishedDelivery>("""
            SELECT d.id, m.kind, m.key, s.address, d.state, d.queued_at
            FROM deliveries d JOIN mailings m ON m.id = d.mailing_id JOIN subscribers s ON s.id = d.subscriber_id
            WHERE d.state IN ('queued', 'deferred', 'sending', 'uncertain')
            ORDER BY d.id
            """), cancellationToken);

    /// <summary>
    /// Queues the digests that the lost installation queued after the backup, so that they can be recorded as sent.
    /// Notices are not queued: their causes are lost.
    /// </summary>
    /// <returns>The number of recipients who are not subscribers here.</returns>
    public async Task<int> EnqueueLoggedAsync(IEnumerable<LoggedMessage> log, CancellationToken cancellationToken)
    {
        var unknown = 0;
        foreach (var mailing in log.Where(message => message.Mailing is Mailing.Digest)
            .GroupBy(message => message.Mailing))
        {
            foreach (var keys in mailing.SelectMany(message => message.AddressKeys).Distinct().Chunk(BatchSize))
            {
                unknown += keys.Length - await database.WriteAsync(async session =>
                {
                    var ids = await session.QueryAsync<long>(
                        "SELECT id FROM subscribers WHERE address_key IN @keys", new { keys });
                    await queue.EnqueueAsync(session, [(mailing.Key, ids)]);
                    return ids.Count;
                }, cancellationToken);
            }
        }

        return unknown;
    }

    /// <summary>Ends deliveries in a state, without sending their messages.</summary>
    /// <param name="reply">The reason, in place of a server's reply.</param>
    public async Task EndAsync(
        IEnumerable<UnfinishedDelivery> deliveries, DeliveryState state, string reply,
        CancellationToken cancellationToken)
    {
        foreach (var batch in deliveries.Select(delivery => delivery.Id).Chunk(BatchSize))
        {
            await database.WriteAsync(async session =>
            {
                foreach (var from in Unfinished.Where(from => from != state))
                {
                    await EndAsync(session, batch, from, state, reply);
                }
            }, cancellationToken);
        }
    }

    private async Task EndAsync(Session session, long[] ids, DeliveryState from, DeliveryState to, string reply)
    {
        var now = clock.GetUtcNow();
        var ended = await session.QueryAsync<EndedRow>("""
            UPDATE deliveries
            SET state = @to, ended_at = @now, claimed_by = NULL, lease_until = NULL, reply = @reply
            WHERE id IN @ids AND state = @from
            RETURNING id, mailing_id
            """, new { ids, from = from.ToColumn(), to = to.ToColumn(), now, reply });
        foreach (var mailing in ended.GroupBy(row => row.MailingId).OrderBy(group => group.Key))
        {
            await session.ExecuteAsync(
                $"UPDATE mailings SET {from.ToColumn()} = {from.ToColumn()} - @count, " +
                $"{to.ToColumn()} = {to.ToColumn()} + @count WHERE id = @id",
                new { id = mailing.Key, count = mailing.Count() });
        }

        foreach (var row in ended.Where(_ => to == DeliveryState.Uncertain))
        {
            await session.ExecuteAsync(
                "INSERT INTO delivery_events (delivery_id, at, kind, detail) VALUES (@Id, @now, @kind, @reply)",
                new { row.Id, now, kind = DeliveryEventKind.Uncertain.ToColumn(), reply });
        }
    }

    private sealed record EndedRow
    {
        public required long Id { get; init; }

        public required long MailingId { get; init; }
    }
}
