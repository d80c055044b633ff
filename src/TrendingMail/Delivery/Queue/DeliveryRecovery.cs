using TrendingMail.Delivery.History;
using TrendingMail.Storage;

namespace TrendingMail.Delivery.Queue;

/// <summary>Takes deliveries back from processes that died or whose lease expired.</summary>
internal static class DeliveryRecovery
{
    /// <param name="dead">The ids of processes that have ended.</param>
    /// <returns>The number of deliveries that were in flight.</returns>
    public static async Task<int> RecoverAsync(
        Session session, string[] dead, UncertainPolicy policy, DateTimeOffset now)
    {
        var hold = policy == UncertainPolicy.Hold;
        const string Reply = "the process ended while this message was in flight";
        var recovered = await session.QueryAsync<RecoveredRow>("""
            UPDATE deliveries
            SET state = @state, next_attempt_at = @now, ended_at = @endedAt, lease_until = NULL, claimed_by = NULL,
                reply = @Reply
            WHERE state = 'sending' AND claimed_by IS NOT NULL AND (lease_until < @now OR claimed_by IN @dead)
            RETURNING id, mailing_id
            """, new
        {
            state = (hold ? DeliveryState.Uncertain : DeliveryState.Queued).ToColumn(),
            endedAt = hold ? now : (DateTimeOffset?)null,
            now,
            dead,
            Reply,
        });
        foreach (var mailing in recovered.GroupBy(row => row.MailingId).OrderBy(group => group.Key))
        {
            await session.ExecuteAsync($"""
                UPDATE mailings
                SET sending = sending - @count, {(hold ? "uncertain = uncertain" : "queued = queued")} + @count
                WHERE id = @id
                """, new { id = mailing.Key, count = mailing.Count() });
        }

        foreach (var row in recovered)
        {
            await session.ExecuteAsync("""
                INSERT INTO delivery_events (delivery_id, at, kind, detail) VALUES (@Id, @now, @kind, @Reply)
                """, new { row.Id, now, kind = DeliveryEventKind.Interrupted.ToColumn(), Reply });
        }

        await session.ExecuteAsync("""
            UPDATE deliveries
            SET lease_until = NULL, claimed_by = NULL
            WHERE state IN ('queued', 'deferred') AND claimed_by IS NOT NULL
              AND (lease_until < @now OR claimed_by IN @dead)
            """, new { now, dead });
        return recovered.Count;
    }

    private sealed record RecoveredRow
    {
        public required long Id { get; init; }

        public required long MailingId { get; init; }
    }
}
