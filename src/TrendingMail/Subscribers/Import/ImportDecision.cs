using TrendingMail.Subscribers.Import.Lines;

namespace TrendingMail.Subscribers.Import;

/// <summary>What an import does with a line.</summary>
public enum ImportAction
{
    /// <summary>Adds a new subscriber.</summary>
    Add,

    /// <summary>Activates a pending subscriber, since the list shows that they consented.</summary>
    Confirm,

    /// <summary>Unsubscribes a subscriber, as the list says.</summary>
    OptOut,

    /// <summary>Exists already and is left unchanged.</summary>
    Unchanged,

    /// <summary>Skipped: has unsubscribed here, which only the subscriber can undo.</summary>
    Unsubscribed,

    /// <summary>Skipped: the address is suppressed.</summary>
    Suppressed,

    /// <summary>Skipped: the subscriber was erased.</summary>
    Erased,

    /// <summary>The line only suppresses an address.</summary>
    SuppressionOnly,
}

/// <summary>The rules of an import.</summary>
public static class ImportDecision
{
    /// <param name="current">The state of the existing subscriber with this address; null if there is none.</param>
    /// <param name="isSuppressed">Whether the address is suppressed here.</param>
    /// <param name="isErased">Whether a subscriber with this address was erased here.</param>
    /// <param name="requested">The state that the list requests.</param>
    public static ImportAction Decide(
        SubscriberState? current, bool isSuppressed, bool isErased, SubscriberState requested) =>
        (current, requested) switch
        {
            (null, _) when isErased => ImportAction.Erased,
            (null, SubscriberState.Unsubscribed) => ImportAction.Add,
            (null, _) => isSuppressed ? ImportAction.Suppressed : ImportAction.Add,
            (SubscriberState.Unsubscribed, SubscriberState.Unsubscribed) => ImportAction.Unchanged,
            (SubscriberState.Unsubscribed, _) => ImportAction.Unsubscribed,
            (_, SubscriberState.Unsubscribed) => ImportAction.OptOut,
            (SubscriberState.Pending, SubscriberState.Active or SubscriberState.Paused) =>
                isSuppressed ? ImportAction.Suppressed : ImportAction.Confirm,
            _ => ImportAction.Unchanged,
        };

    /// <summary>
    /// The state that a list requests for a subscriber. An active subscription requires consent, documented by the list
    /// or vouched for by the operator; without it, the subscriber is pending and asked to confirm.
    /// </summary>
    public static SubscriberState RequestedState(ImportedSubscriber subscriber, bool isConfirmed) =>
        subscriber.State switch
        {
            SubscriberState.Unsubscribed => SubscriberState.Unsubscribed,
            SubscriberState.Pending => SubscriberState.Pending,
            _ when !isConfirmed && !subscriber.HasConsented => SubscriberState.Pending,
            SubscriberState.Paused => SubscriberState.Paused,
            _ => SubscriberState.Active,
        };

    /// <summary>
    /// Whether a new subscriber is asked to confirm: not again if the list shows a request that is still open.
    /// </summary>
    public static bool NeedsConfirmation(ImportedSubscriber subscriber, SubscriberState state) =>
        state == SubscriberState.Pending &&
        (subscriber.State != SubscriberState.Pending || subscriber.Consent.Count == 0);
}
