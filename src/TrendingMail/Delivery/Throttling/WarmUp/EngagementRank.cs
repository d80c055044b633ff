namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>
/// The order in which the digests of one time are sent while a server is warmed up: the most engaged subscribers first.
/// It is expressed by the time of the first attempt, so that claiming deliveries costs the same as ever.
/// </summary>
internal static class EngagementRank
{
    /// <summary>
    /// Milliseconds before the first digest, so that those planned in later batches are in order too.
    /// </summary>
    private const int PlanningMilliseconds = 10_000;

    /// <summary>Milliseconds between two ranks.</summary>
    private const int RankMilliseconds = 1000;

    /// <summary>The latest first attempt, after the digest was queued.</summary>
    public static TimeSpan MaxDelay { get; } = TimeSpan.FromMilliseconds(PlanningMilliseconds + (3 * RankMilliseconds));

    /// <summary>
    /// The time of the first attempt. Rank 0: confirmed in the last 30 days and gave feedback in the last 90; rank 1:
    /// one of the two; rank 2: neither; rank 3: mail bounced in the last 90 days.
    /// </summary>
    /// <param name="dueAt">The expression for the time without a rank.</param>
    /// <param name="subscriberId">The expression for the subscriber.</param>
    public static string DueSql(string dueAt, string subscriberId) => $"""
        {dueAt} + {PlanningMilliseconds} + {RankMilliseconds} * CASE
            WHEN EXISTS (SELECT 1 FROM bounce_scores b
                         WHERE b.subscriber_id = {subscriberId} AND b.bounced_at > @now - 7776000000) THEN 3
            ELSE 2
                - CASE WHEN EXISTS (SELECT 1 FROM consent_events c
                                    WHERE c.subscriber_id = {subscriberId} AND c.kind IN ('confirmed', 'resubscribed')
                                      AND c.at > @now - 2592000000) THEN 1 ELSE 0 END
                - CASE WHEN EXISTS (SELECT 1 FROM feedback f
                                    WHERE f.subscriber_id = {subscriberId} AND f.at > @now - 7776000000)
                       THEN 1 ELSE 0 END
            END
        """;
}
