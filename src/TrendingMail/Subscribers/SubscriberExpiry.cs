using TrendingMail.Storage;

namespace TrendingMail.Subscribers;

/// <summary>
/// Finds and deletes subscribers, and parts of their consent history, that are older than an instant.
/// </summary>
internal static class SubscriberExpiry
{
    /// <summary>Deletes sign-ups that were never confirmed and not repeated since.</summary>
    public static Task<int> DeletePendingAsync(Session session, DateTimeOffset before, int limit) =>
        session.ExecuteAsync("""
            DELETE FROM subscribers
            WHERE id IN (SELECT id FROM subscribers s
                         WHERE state = 'pending' AND created_at < @before
                           AND NOT EXISTS (SELECT 1 FROM consent_events e
                               WHERE e.subscriber_id = s.id AND e.at >= @before)
                         LIMIT @limit)
            """, new { before, limit });

    /// <summary>Removes the client networks from old consent events.</summary>
    public static Task<int> AnonymizeConsentAsync(Session session, DateTimeOffset before, int limit) =>
        session.ExecuteAsync("""
            UPDATE consent_events SET network = NULL
            WHERE id IN (SELECT id FROM consent_events WHERE network IS NOT NULL AND at < @before LIMIT @limit)
            """, new { before, limit });

    /// <summary>The people who unsubscribed, and have not been heard of since.</summary>
    public static Task<IReadOnlyList<long>> ListUnsubscribedAsync(Session session, DateTimeOffset before) =>
        session.QueryAsync<long>("""
            SELECT id
            FROM subscribers s
            WHERE state = 'unsubscribed' AND created_at < @before
              AND NOT EXISTS (SELECT 1 FROM consent_events e WHERE e.subscriber_id = s.id AND e.at >= @before)
            """, new { before });
}
