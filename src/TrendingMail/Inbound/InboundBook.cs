using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>Something that was done about a reader because of what came back.</summary>
public sealed record InboundEvent
{
    public required DateTimeOffset At { get; init; }

    public required Consequence Action { get; init; }

    public BounceReason? Reason { get; init; }

    public string? Status { get; init; }

    public required string Detail { get; init; }

    public long? DeliveryId { get; init; }
}

/// <summary>What came back, what it led to, and the readers' scores. All in the caller's transaction.</summary>
public sealed class InboundBook(InboundOptions options, TimeProvider clock)
{
    private const int MaximumDetail = 500;

    /// <summary>Mails of which the operator is told in a day, one by one: anyone can write more.</summary>
    private const int AlertsPerDay = 20;

    /// <summary>Takes a message in; null where it has been seen before.</summary>
    public Task<long?> TakeInAsync(Session session, Classification mail, string source) =>
        session.FirstOrDefaultAsync<long?>("""
            INSERT INTO inbound_messages (digest, message_id, source, kind, received_at)
            VALUES (@Digest, @MessageId, @source, @kind, @now)
            ON CONFLICT DO NOTHING
            RETURNING id
            """, new
        {
            mail.Facts.Digest,
            mail.Facts.MessageId,
            source,
            kind = mail.Kind.ToColumn(),
            now = clock.GetUtcNow(),
        });

    public Task NoteAsync(
        Session session, long? messageId, ConcernedReader reader, Consequence action, ReportedRecipient? recipient,
        string detail) =>
        session.ExecuteAsync("""
            INSERT INTO inbound_events (message_id, subscriber_id, delivery_id, at, action, reason, status, detail)
            VALUES (@messageId, @Id, @DeliveryId, @now, @action, @reason, @Status, @detail)
            """, new
        {
            messageId,
            reader.Subscriber.Id,
            reader.DeliveryId,
            now = clock.GetUtcNow(),
            action = action.ToColumn(),
            reason = recipient?.Reason.ToColumn(),
            recipient?.Status,
            detail = detail.Length > MaximumDetail ? detail[..MaximumDetail] : detail,
        });

    /// <summary>
    /// Tells the operator of a mail to be read, unless many were told of today: they are all in the mailbox.
    /// </summary>
    /// <param name="key">What the mails are, and which one it is: <c>complaint:4f2a…</c>.</param>
    public async Task RaiseAsync(Session session, OperatorAlerts alerts, string key, string subject, string text)
    {
        var told = await session.SingleAsync<int>("""
            SELECT COUNT(*) FROM alerts WHERE raised_at > @dayAgo AND key LIKE @kind
            """, new { dayAgo = clock.GetUtcNow().AddDays(-1), kind = $"{key.Split(':')[0]}:%" });
        if (told < AlertsPerDay)
        {
            await alerts.RaiseAsync(session, key, subject,
                told < AlertsPerDay - 1 ? text : $"{text} There were many such mails today; of more you are not told.");
        }
    }

    /// <summary>What was done because of a message that had been seen.</summary>
    public static async Task<IReadOnlyList<Consequence>> ActionsOfAsync(Session session, string digest) =>
        [.. (await session.QueryAsync<string>("""
            SELECT e.action
            FROM inbound_messages m
            JOIN inbound_events e ON e.message_id = m.id
            WHERE m.digest = @digest
            """, new { digest })).Select(ColumnTypes.FromColumn<Consequence>)];

    /// <summary>What was done about a reader, oldest first.</summary>
    public static async Task<IReadOnlyList<InboundEvent>> EventsAsync(Session session, long subscriberId) =>
        [.. (await session.QueryAsync<EventRow>("""
            SELECT at, action, reason, status, detail, delivery_id
            FROM inbound_events
            WHERE subscriber_id = @subscriberId
            ORDER BY id
            """, new { subscriberId })).Select(row => row.ToEvent())];

    /// <summary>Counts a bounce that may pass.</summary>
    /// <returns>The new score, and whether it has come to the limit; then it is forgotten.</returns>
    public async Task<(BounceScore Score, bool IsAtLimit)> ScoreAsync(Session session, long subscriberId)
    {
        var before = await ScoreOfAsync(session, subscriberId);
        var score = BounceScore.Next(before, clock.GetUtcNow(), options.StaleAfterDays);
        var isAtLimit = score.Days >= options.SoftBounceLimit;
        if (isAtLimit)
        {
            await ForgetScoreAsync(session, subscriberId);
        }
        else
        {
            await session.ExecuteAsync("""
                INSERT INTO bounce_scores (subscriber_id, score, bounced_at) VALUES (@subscriberId, @Days, @BouncedAt)
                ON CONFLICT (subscriber_id) DO UPDATE SET score = excluded.score, bounced_at = excluded.bounced_at
                """, new { subscriberId, score.Days, score.BouncedAt });
        }

        return (score, isAtLimit);
    }

    public static async Task<BounceScore?> ScoreOfAsync(Session session, long subscriberId) =>
        await session.FirstOrDefaultAsync<ScoreRow>("""
            SELECT score, bounced_at FROM bounce_scores WHERE subscriber_id = @subscriberId
            """, new { subscriberId }) is { } row
            ? new BounceScore(row.Score, row.BouncedAt)
            : null;

    public static Task<int> ForgetScoreAsync(Session session, long subscriberId) =>
        session.ExecuteAsync("DELETE FROM bounce_scores WHERE subscriber_id = @subscriberId", new { subscriberId });

    /// <summary>
    /// Forgets the scores of readers to whom a mail has gone since that did not come back in the time in which it would
    /// have: that a server took it says little, for it may be our own relay.
    /// </summary>
    public Task<int> ForgetArrivedAsync(Session session)
    {
        var before = clock.GetUtcNow() - TimeSpan.FromDays(options.ArrivedAfterDays);
        return session.ExecuteAsync("""
            DELETE FROM bounce_scores
            WHERE bounced_at < @before
              AND EXISTS (SELECT 1 FROM deliveries d
                          WHERE d.subscriber_id = bounce_scores.subscriber_id AND d.state = 'sent'
                            AND d.ended_at > bounce_scores.bounced_at AND d.ended_at < @before)
            """, new { before });
    }

    /// <summary>Claims the one answer a day that an address may get.</summary>
    /// <returns>False where it has had it.</returns>
    public async Task<bool> MayAnswerAsync(Session session, EmailAddress address)
    {
        var now = clock.GetUtcNow();
        return await session.ExecuteAsync("""
            INSERT INTO inbound_answers (address_key, answered_at) VALUES (@Key, @now)
            ON CONFLICT (address_key) DO UPDATE SET answered_at = excluded.answered_at
            WHERE inbound_answers.answered_at <= @dayAgo
            """, new { address.Key, now, dayAgo = now - TimeSpan.FromDays(1) }) > 0;
    }

    private sealed record ScoreRow
    {
        public required int Score { get; init; }

        public required DateTimeOffset BouncedAt { get; init; }
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
            Action = ColumnTypes.FromColumn<Consequence>(Action),
            Reason = Reason is null ? null : ColumnTypes.FromColumn<BounceReason>(Reason),
            Status = Status,
            Detail = Detail,
            DeliveryId = DeliveryId,
        };
    }
}
