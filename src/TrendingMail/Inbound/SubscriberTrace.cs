using TrendingMail.Delivery;
using TrendingMail.Delivery.History;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>One event in the history of a subscriber's mail.</summary>
/// <param name="What">The event, such as <c>daily 2026-11-23: sent</c>.</param>
/// <param name="Detail">The server's reply or the text that was consented to; empty if there is none.</param>
public sealed record TraceEntry(DateTimeOffset At, string What, string Detail, long? DeliveryId);

/// <summary>The history of one subscriber's mail: consent, deliveries, bounces and complaints.</summary>
public sealed class SubscriberTrace(Database database, DeliveryEvents deliveries)
{
    private const int MaximumDeliveries = 500;

    /// <param name="key">Restricts the history to the deliveries of this day or week; null for all.</param>
    /// <returns>The events of the newest 500 deliveries, oldest first.</returns>
    public async Task<IReadOnlyList<TraceEntry>> LoadAsync(
        long subscriberId, string? key, CancellationToken cancellationToken)
    {
        var traces = await deliveries.TraceAsync(subscriberId, key, MaximumDeliveries, cancellationToken);
        var deliveryIds = traces.Select(trace => trace.Id).ToHashSet();
        return await database.ReadAsync<IReadOnlyList<TraceEntry>>(async session =>
        {
            var events = await InboundStore.ListEventsAsync(session, subscriberId);
            var entries = traces.SelectMany(ToEntries)
                .Concat(events.Where(e => key is null || (e.DeliveryId is { } id && deliveryIds.Contains(id))).Select(ToEntry));
            if (key is null)
            {
                var consents = await SubscriberStore.ListConsentEventsAsync(session, subscriberId);
                entries = entries.Concat(consents.Select(ToEntry));
            }

            return [.. entries.OrderBy(entry => entry.At)];
        }, cancellationToken);
    }

    private static IEnumerable<TraceEntry> ToEntries(DeliveryTrace trace)
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

    private static TraceEntry ToEntry(InboundEvent e) =>
        new(e.At, $"inbound: {e.Action.ToColumn()}", e.Detail, e.DeliveryId);

    private static TraceEntry ToEntry(ConsentEvent e) =>
        new(e.At, $"{e.Kind.ToColumn()} by {e.Origin}", e.Text ?? "", null);
}
