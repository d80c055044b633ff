using TrendingMail.Storage;

namespace TrendingMail.Delivery.History;

/// <summary>The kinds of events that are recorded for a delivery, besides being queued and sent.</summary>
public enum DeliveryEventKind
{
    /// <summary>The attempt failed and will be retried.</summary>
    Deferred,

    /// <summary>The delivery failed for good.</summary>
    Failed,

    Skipped,

    /// <summary>The message was not attempted, because no server may be handed it yet.</summary>
    Postponed,

    /// <summary>It is unknown whether the server accepted the message; the delivery is held.</summary>
    Uncertain,

    /// <summary>The process ended while the message was in flight.</summary>
    Interrupted,
}

/// <summary>An event in the history of a delivery.</summary>
public sealed record DeliveryEvent
{
    public required DeliveryEventKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The server's reply, or the reason in words.</summary>
    public required string Detail { get; init; }
}

/// <summary>A delivery with its events.</summary>
public sealed record DeliveryTrace
{
    public required long Id { get; init; }

    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required DeliveryState State { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public required DateTimeOffset NextAttemptAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The last reply of a server, or the reason for the current state.</summary>
    public string? Reply { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<DeliveryEvent> Events { get; init; } = [];
}

/// <summary>Reads deliveries together with their events.</summary>
public sealed class DeliveryEvents(Database database)
{
    /// <summary>The deliveries to a subscriber, newest first.</summary>
    /// <param name="key">The day or week of the mailing; null for all.</param>
    public Task<IReadOnlyList<DeliveryTrace>> TraceAsync(
        long subscriberId, string? key, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DeliveryTrace>>(async session =>
        {
            var deliveries = await session.QueryAsync<DeliveryTrace>("""
                SELECT d.id, m.kind, m.key, d.state, d.attempts, d.queued_at, d.next_attempt_at, d.ended_at, d.reply
                FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
                WHERE d.subscriber_id = @subscriberId AND (@key IS NULL OR m.key = @key)
                ORDER BY d.id DESC
                LIMIT @limit
                """, new { subscriberId, key, limit });
            var result = new List<DeliveryTrace>();
            foreach (var delivery in deliveries)
            {
                result.Add(delivery with
                {
                    Events = await session.QueryAsync<DeliveryEvent>(
                        "SELECT kind, at, detail FROM delivery_events WHERE delivery_id = @Id ORDER BY id",
                        new { delivery.Id }),
                });
            }

            return result;
        }, cancellationToken);
}
