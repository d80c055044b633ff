using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Delivery.History;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Inbound;

/// <summary>One event in the history of a subscriber's mail.</summary>
/// <param name="What">The event, such as <c>daily 2026-11-23: sent</c>.</param>
/// <param name="Detail">The server's reply or the text that was consented to; empty if there is none.</param>
public sealed record TraceEntry(DateTimeOffset At, string What, string Detail, long? DeliveryId);

/// <summary>What happened to a subscriber's mail, and what holds it back.</summary>
/// <param name="Suppression">Why the address gets no mail; null if it does.</param>
/// <param name="Score">The bounces that count towards a suppression; null if there are none.</param>
/// <param name="Entries">Oldest first.</param>
public sealed record MailHistory(
    Subscriber Subscriber, Suppression? Suppression, BounceScore? Score, IReadOnlyList<TraceEntry> Entries);

/// <summary>The history of one subscriber's mail: consent, deliveries, bounces and complaints.</summary>
public sealed class SubscriberTrace(Database database, DeliveryEvents deliveries)
{
    private const int MaximumDeliveries = 500;

    /// <param name="day">Restricts the history to the deliveries of this day or week; null for all.</param>
    /// <returns>The history with the newest 500 deliveries; null if there is no such subscriber.</returns>
    public async Task<MailHistory?> LoadAsync(
        EmailAddress address, DateOnly? day, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(async session =>
            await SubscriberStore.FindAsync(session, address) is { } subscriber
                ? (subscriber, await SuppressionStore.FindAsync(session, address.Key),
                    await InboundStore.FindScoreAsync(session, subscriber.Id))
                : ((Subscriber, Suppression?, BounceScore?)?)null, cancellationToken);
        if (found is not var (subscriber, suppression, score))
        {
            return null;
        }

        var key = day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new MailHistory(subscriber, suppression, score, await LoadAsync(subscriber.Id, key, cancellationToken));
    }

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
                .Concat(events.Where(e => key is null || (e.DeliveryId is { } id && deliveryIds.Contains(id)))
                    .Select(ToEntry));
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
