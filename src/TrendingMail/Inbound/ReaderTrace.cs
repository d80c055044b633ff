using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>One thing that happened to a reader's mail.</summary>
/// <param name="What">Such as <c>daily 2026-11-23: sent</c>.</param>
/// <param name="Detail">What a server or the reader said; empty where nothing was.</param>
public sealed record TraceEntry(DateTimeOffset At, string What, string Detail, long? DeliveryId);

/// <summary>Everything that happened to one reader's mail: the consent, each delivery, and what came back.</summary>
public sealed class ReaderTrace(Database database)
{
    /// <param name="key">Only the deliveries of this day or week, and what came of them; null for all.</param>
    public Task<IReadOnlyList<TraceEntry>> OfAsync(long subscriberId, string? key, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<TraceEntry>>(async session =>
        {
            var deliveries = await session.QueryAsync<DeliveryRow>("""
                SELECT d.id, m.kind, m.key, d.state, d.attempts, d.queued_at, d.next_attempt_at, d.ended_at, d.reply
                FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
                WHERE d.subscriber_id = @subscriberId AND (@key IS NULL OR m.key = @key)
                """, new { subscriberId, key });
            var events = await InboundBook.EventsAsync(session, subscriberId);
            var entries = deliveries.SelectMany(Entries).Concat(events
                .Where(e => key is null || deliveries.Any(d => d.Id == e.DeliveryId)).Select(Entry));
            if (key is null)
            {
                entries = entries.Concat((await SubscriberStore.ConsentHistoryAsync(session, subscriberId)).Select(Entry));
            }

            return [.. entries.OrderBy(entry => entry.At)];
        }, cancellationToken);

    private static IEnumerable<TraceEntry> Entries(DeliveryRow row)
    {
        var mailing = $"{row.Kind} {row.Key}";
        yield return new TraceEntry(row.QueuedAt, $"{mailing}: queued", "", row.Id);
        if (row.EndedAt is { } ended)
        {
            yield return new TraceEntry(ended, $"{mailing}: {row.State}", row.Reply ?? "", row.Id);
        }
        else if (row.Attempts > 0)
        {
            yield return new TraceEntry(row.NextAttemptAt, $"{mailing}: {row.State}, tried {row.Attempts} times, next now", row.Reply ?? "", row.Id);
        }
    }

    private static TraceEntry Entry(InboundEvent e) => new(e.At, $"came back: {e.Action.ToColumn()}", e.Detail, e.DeliveryId);

    private static TraceEntry Entry(ConsentEvent e) => new(e.At, $"{e.Kind.ToColumn()} by {e.Origin}", e.Text ?? "", null);

    private sealed record DeliveryRow
    {
        public required long Id { get; init; }

        public required string Kind { get; init; }

        public required string Key { get; init; }

        public required string State { get; init; }

        public required long Attempts { get; init; }

        public required DateTimeOffset QueuedAt { get; init; }

        public required DateTimeOffset NextAttemptAt { get; init; }

        public DateTimeOffset? EndedAt { get; init; }

        public string? Reply { get; init; }
    }
}
