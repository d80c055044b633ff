using TrendingMail.Delivery;
using TrendingMail.Delivery.Replies;
using TrendingMail.Inbound.Classification;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Inbound;

/// <summary>An action taken on a subscriber because of an inbound message, event or rejection.</summary>
public sealed record InboundEvent
{
    public required DateTimeOffset At { get; init; }

    public required InboundAction Action { get; init; }

    public BounceReason? Reason { get; init; }

    public string? Status { get; init; }

    public required string Detail { get; init; }

    public long? DeliveryId { get; init; }
}

/// <summary>
/// Stores inbound messages, the actions taken on them and bounce scores. Every method runs in the caller's transaction.
/// </summary>
public sealed class InboundStore(InboundOptions options, TimeProvider clock)
{
    private const int MaximumDetailLength = 500;

    /// <summary>The daily limit on alerts about single messages of one kind: anyone can send us mail.</summary>
    private const int MaximumAlertsPerDay = 20;

    /// <summary>Records a message. Returns its id, or null if it was recorded before.</summary>
    public Task<long?> AddMessageAsync(Session session, ClassifiedMessage message, string source) =>
        session.FirstOrDefaultAsync<long?>("""
            INSERT INTO inbound_messages (content_hash, message_id, source, kind, received_at)
            VALUES (@ContentHash, @MessageId, @source, @kind, @now)
            ON CONFLICT DO NOTHING
            RETURNING id
            """, new
        {
            message.Facts.ContentHash,
            message.Facts.MessageId,
            source,
            kind = message.Kind.ToColumn(),
            now = clock.GetUtcNow(),
        });

    public Task AddEventAsync(
        Session session, long? messageId, AffectedSubscriber affected, InboundAction action,
        ReportedRecipient? recipient,
        string detail) =>
        session.ExecuteAsync("""
            INSERT INTO inbound_events (message_id, subscriber_id, delivery_id, at, action, reason, status, detail)
            VALUES (@messageId, @Id, @DeliveryId, @now, @action, @reason, @Status, @detail)
            """, new
        {
            messageId,
            affected.Subscriber.Id,
            affected.DeliveryId,
            now = clock.GetUtcNow(),
            action = action.ToColumn(),
            reason = recipient?.Reason.ToColumn(),
            recipient?.Status,
            detail = detail.Length > MaximumDetailLength ? detail[..MaximumDetailLength] : detail,
        });

    /// <summary>
    /// Alerts the operator to a message that needs attention. Above the daily limit no alert is raised; the messages
    /// are still in the mailbox.
    /// </summary>
    /// <param name="key">The kind of message and its content hash, such as <c>complaint:4f2a…</c>.</param>
    public async Task RaiseAlertAsync(Session session, OperatorAlerts alerts, string key, string subject, string text)
    {
        var raisedToday = await OperatorAlerts.CountAsync(
            session, $"{key.Split(':')[0]}:", clock.GetUtcNow().AddDays(-1));
        if (raisedToday < MaximumAlertsPerDay)
        {
            await alerts.RaiseAsync(session, key, subject,
                raisedToday < MaximumAlertsPerDay - 1
                    ? text
                    : $"{text} The daily limit for such alerts has been reached. Check the mailbox for more.");
        }
    }

    /// <summary>The actions taken on a message recorded earlier.</summary>
    public static async Task<IReadOnlyList<InboundAction>> ListActionsAsync(Session session, string contentHash) =>
        [.. (await session.QueryAsync<string>("""
            SELECT e.action
            FROM inbound_messages m
            JOIN inbound_events e ON e.message_id = m.id
            WHERE m.content_hash = @contentHash
            """, new { contentHash })).Select(ColumnTypes.FromColumn<InboundAction>)];

    /// <summary>The actions taken on a subscriber, oldest first.</summary>
    public static async Task<IReadOnlyList<InboundEvent>> ListEventsAsync(Session session, long subscriberId) =>
        [.. (await session.QueryAsync<EventRow>("""
            SELECT at, action, reason, status, detail, delivery_id
            FROM inbound_events
            WHERE subscriber_id = @subscriberId
            ORDER BY id
            """, new { subscriberId })).Select(row => row.ToEvent())];

    /// <summary>Adds a soft bounce to a subscriber's score.</summary>
    /// <param name="isVerified">See <see cref="AffectedSubscriber.IsVerified"/>.</param>
    /// <returns>
    /// The new score, and whether the verified bounces alone reached the limit, in which case the stored score is
    /// deleted.
    /// </returns>
    public async Task<(BounceScore Score, bool IsVerifiedAtLimit)> AddSoftBounceAsync(
        Session session, long subscriberId, bool isVerified)
    {
        var previous = await FindScoresAsync(session, subscriberId);
        var now = clock.GetUtcNow();
        var score = BounceScore.Next(previous?.All, now, options.SoftBounceResetDays);
        var verified = isVerified
            ? BounceScore.Next(previous?.Verified, now, options.SoftBounceResetDays)
            : previous?.Verified;
        var isAtLimit = isVerified && verified!.Days >= options.SoftBounceLimit;
        if (isAtLimit)
        {
            await DeleteScoreAsync(session, subscriberId);
        }
        else
        {
            await session.ExecuteAsync("""
                INSERT INTO bounce_scores (subscriber_id, score, bounced_at, verified_score, verified_at)
                VALUES (@subscriberId, @Days, @BouncedAt, @verifiedDays, @verifiedAt)
                ON CONFLICT (subscriber_id) DO UPDATE
                SET score = excluded.score, bounced_at = excluded.bounced_at,
                    verified_score = excluded.verified_score, verified_at = excluded.verified_at
                """, new
            {
                subscriberId,
                score.Days,
                score.BouncedAt,
                verifiedDays = verified?.Days ?? 0,
                verifiedAt = verified?.BouncedAt,
            });
        }

        return (score, isAtLimit);
    }

    public static async Task<BounceScore?> FindScoreAsync(Session session, long subscriberId) =>
        (await FindScoresAsync(session, subscriberId))?.All;

    private static async Task<(BounceScore All, BounceScore? Verified)?> FindScoresAsync(
        Session session, long subscriberId) =>
        await session.FirstOrDefaultAsync<ScoreRow>("""
            SELECT score, bounced_at, verified_score, verified_at
            FROM bounce_scores
            WHERE subscriber_id = @subscriberId
            """, new { subscriberId }) is { } row
            ? (new BounceScore(row.Score, row.BouncedAt),
                row.VerifiedAt is { } at ? new BounceScore(row.VerifiedScore, at) : null)
            : null;

    public static Task<int> DeleteScoreAsync(Session session, long subscriberId) =>
        session.ExecuteAsync("DELETE FROM bounce_scores WHERE subscriber_id = @subscriberId", new { subscriberId });

    /// <summary>
    /// Deletes the scores of subscribers with a later delivery that did not bounce within
    /// <c>Inbound:AssumeDeliveredAfterDays</c>. Acceptance alone proves little, because the accepting server may be our
    /// own relay.
    /// </summary>
    public Task<int> DeleteScoresAfterDeliveryAsync(Session session)
    {
        var cutoff = clock.GetUtcNow() - TimeSpan.FromDays(options.AssumeDeliveredAfterDays);
        return session.ExecuteAsync("""
            DELETE FROM bounce_scores
            WHERE bounced_at < @cutoff
              AND EXISTS (SELECT 1 FROM deliveries d
                          WHERE d.subscriber_id = bounce_scores.subscriber_id AND d.state = 'sent'
                            AND d.ended_at > bounce_scores.bounced_at AND d.ended_at < @cutoff)
            """, new { cutoff });
    }

    /// <summary>Claims the one automatic reply per day that an address may receive.</summary>
    /// <returns>False if a reply was already sent in the last 24 hours.</returns>
    public async Task<bool> TryClaimReplyAsync(Session session, EmailAddress address)
    {
        var now = clock.GetUtcNow();
        return await session.ExecuteAsync("""
            INSERT INTO auto_replies_sent (address_key, replied_at) VALUES (@Key, @now)
            ON CONFLICT (address_key) DO UPDATE SET replied_at = excluded.replied_at
            WHERE auto_replies_sent.replied_at <= @dayAgo
            """, new { address.Key, now, dayAgo = now - TimeSpan.FromDays(1) }) > 0;
    }

    private sealed record ScoreRow
    {
        public required int Score { get; init; }

        public required DateTimeOffset BouncedAt { get; init; }

        public required int VerifiedScore { get; init; }

        public DateTimeOffset? VerifiedAt { get; init; }
    }

    private sealed record EventRow
    {
        public required DateTimeOffset At { get; init; }

        public required string Action { get; init; }

        public string? Reason { get; init; }

        public string? Status { get; init; }

        public required string Detail { get; init; }

        public long? DeliveryId { get; init; }

        public InboundEvent ToEvent() => new()
        {
            At = At,
            Action = ColumnTypes.FromColumn<InboundAction>(Action),
            Reason = Reason is null ? null : ColumnTypes.FromColumn<BounceReason>(Reason),
            Status = Status,
            Detail = Detail,
            DeliveryId = DeliveryId,
        };
    }
}
