using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>One thing that happened to a reader's mail.</summary>
/// <param name="What">Such as <c>daily 2026-11-23: sent</c>.</param>
/// <param name="Detail">What a server or the reader said; empty where nothing was.</param>
public sealed record TraceEntry(DateTimeOffset At, string What, string Detail, long? DeliveryId);

/// <summary>Everything that happened to one reader's mail: the consent, each delivery, and what came back.</summary>
public sealed class ReaderTrace(Database database, DeliveryEvents deliveries)
{
    private const int MaximumDeliveries = 500;

    /// <param name="key">Only the deliveries of this day or week, and what came of them; null for all.</param>
    /// <returns>Oldest first, of the newest 500 deliveries.</returns>
    public async Task<IReadOnlyList<TraceEntry>> OfAsync(
        long subscriberId, string? key, CancellationToken cancellationToken)
    {
        var traces = await deliveries.TraceAsync(subscriberId, key, MaximumDeliveries, cancellationToken);
        var own = traces.Select(trace => trace.Id).ToHashSet();
        return await database.ReadAsync<IReadOnlyList<TraceEntry>>(async session =>
        {
            var events = await InboundBook.EventsAsync(session, subscriberId);
            var entries = traces.SelectMany(Entries)
                .Concat(events.Where(e => key is null || (e.DeliveryId is { } id && own.Contains(id))).Select(Entry));
            if (key is null)
            {
                var consents = await SubscriberStore.ConsentHistoryAsync(session, subscriberId);
                entries = entries.Concat(consents.Select(Entry));
            }

            return [.. entries.OrderBy(entry => entry.At)];
        }, cancellationToken);
    }

    private static IEnumerable<TraceEntry> Entries(DeliveryTrace trace)
    {
        var mailing = $"{trace.Kind} {trace.Key}";
        yield return new TraceEntry(trace.QueuedAt, $"{mailing}: queued", "", trace.Id);
        foreach (var e in trace.Events)
        {
            yield return new TraceEntry(e.At, $"{mailing}: {e.Kind.ToColumn()}", e.Detail, trace.Id);
        }

        if (trace.EndedAt is { } ended && trace.State == DeliveryState.Sent)
        {
            yield return new TraceEntry(ended, $"{mailing}: sent", trace.Reply ?? "", trace.Id);
        }
    }

    private static TraceEntry Entry(InboundEvent e) =>
        new(e.At, $"came back: {e.Action.ToColumn()}", e.Detail, e.DeliveryId);

    private static TraceEntry Entry(ConsentEvent e) =>
        new(e.At, $"{e.Kind.ToColumn()} by {e.Origin}", e.Text ?? "", null);
}
