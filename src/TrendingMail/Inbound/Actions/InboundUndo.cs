using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Inbound.Actions;

/// <summary>The outcome of undoing the last action that was taken on a subscriber.</summary>
public abstract record UndoResult
{
    public sealed record Undone(InboundAction Action) : UndoResult;

    /// <summary>No action was taken, or the subscriber's state has changed since.</summary>
    public sealed record NothingToUndo : UndoResult;

    public sealed record UnknownSubscriber : UndoResult;
}

/// <summary>
/// Reverts, on an operator's request, the last action taken on a subscriber.
/// </summary>
public sealed class InboundUndo(
    Database database, InboundStore store, SubscriberStore subscribers, SuppressionStore suppressions)
{
    public Task<UndoResult> UndoAsync(EmailAddress address, CancellationToken cancellationToken) =>
        database.WriteAsync<UndoResult>(async session =>
        {
            if (await SubscriberStore.FindAsync(session, address) is not { } subscriber)
            {
                return new UndoResult.UnknownSubscriber();
            }

            var events = await InboundStore.ListEventsAsync(session, subscriber.Id);
            var last = events.Reverse().TakeWhile(e => e.Action != InboundAction.Undone).FirstOrDefault(
                e => e.Action is InboundAction.Suppressed or InboundAction.Scored or InboundAction.Unsubscribed);
            if (last is null || !await RevertAsync(session, subscriber, last))
            {
                return new UndoResult.NothingToUndo();
            }

            var affected = new AffectedSubscriber(subscriber, last.DeliveryId, true);
            await store.AddEventAsync(session, null, affected, InboundAction.Undone, null,
                $"reverted by an operator: {last.Action.ToColumn()}");
            return new UndoResult.Undone(last.Action);
        }, cancellationToken);

    private async Task<bool> RevertAsync(Session session, Subscriber subscriber, InboundEvent last) =>
        last.Action switch
        {
            InboundAction.Scored => await InboundStore.DeleteScoreAsync(session, subscriber.Id) > 0,
            InboundAction.Suppressed => EmailAddress.TryParse(subscriber.Address, out var address, out _) &&
                await suppressions.RemoveAsync(session, address),
            _ => await ReactivateAsync(session, subscriber),
        };

    /// <summary>
    /// Refuses if the subscriber has unsubscribed by other means since: the subscriber's own last decision stands.
    /// </summary>
    private async Task<bool> ReactivateAsync(Session session, Subscriber subscriber)
    {
        var history = await SubscriberStore.ListConsentEventsAsync(session, subscriber.Id);
        if (history is not [.., { Kind: ConsentKind.Unsubscribed } lastConsent] ||
            lastConsent.Origin is "web" or "one-click" or "command")
        {
            return false;
        }

        await subscribers.ActivateAsync(session, subscriber.Id);
        await subscribers.RecordConsentAsync(session, subscriber.Id, ConsentKind.Resubscribed, ConsentOrigin.Command);
        return true;
    }
}
