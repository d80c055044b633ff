namespace TrendingMail.Subscribers.Import;

/// <summary>What an import does with a reader of its list.</summary>
public enum ImportAction
{
    /// <summary>A new reader.</summary>
    Add,

    /// <summary>Someone who was asked to confirm before, and of whom the list says that they agreed.</summary>
    Confirm,

    /// <summary>The list says that this reader left.</summary>
    OptOut,

    /// <summary>Known already, and stays as it is.</summary>
    Known,

    /// <summary>Left here, and only they themselves can undo it.</summary>
    Left,

    /// <summary>The address gets no mail, so that no reader is made of it.</summary>
    Suppressed,

    /// <summary>Asked to be erased.</summary>
    Erased,

    /// <summary>The line only says that an address gets no mail.</summary>
    SuppressionOnly,
}

/// <summary>An import's rules.</summary>
public static class ImportDecision
{
    /// <param name="known">The state of the reader with this address; null where there is none.</param>
    /// <param name="isSuppressed">Whether the address gets no mail, as known here.</param>
    /// <param name="isErased">Whether its reader was erased here.</param>
    /// <param name="wanted">The state that the list would bring the reader to.</param>
    public static ImportAction Of(SubscriberState? known, bool isSuppressed, bool isErased, SubscriberState wanted) =>
        (known, wanted) switch
        {
            (null, _) when isErased => ImportAction.Erased,
            (null, SubscriberState.Unsubscribed) => ImportAction.Add,
            (null, _) => isSuppressed ? ImportAction.Suppressed : ImportAction.Add,
            (SubscriberState.Unsubscribed, SubscriberState.Unsubscribed) => ImportAction.Known,
            (SubscriberState.Unsubscribed, _) => ImportAction.Left,
            (_, SubscriberState.Unsubscribed) => ImportAction.OptOut,
            (SubscriberState.Pending, SubscriberState.Active or SubscriberState.Paused) =>
                isSuppressed ? ImportAction.Suppressed : ImportAction.Confirm,
            _ => ImportAction.Known,
        };

    /// <summary>
    /// The state that a list would bring a reader to. Being subscribed needs a consent: the list's own history of it, or the
    /// operator's word for the whole list; who lacks it is asked.
    /// </summary>
    public static SubscriberState Wanted(ListedReader reader, bool isConfirmed) => reader.State switch
    {
        SubscriberState.Unsubscribed => SubscriberState.Unsubscribed,
        SubscriberState.Pending => SubscriberState.Pending,
        _ when !isConfirmed && !reader.HasConsented => SubscriberState.Pending,
        SubscriberState.Paused => SubscriberState.Paused,
        _ => SubscriberState.Active,
    };
}
