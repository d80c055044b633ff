using TrendingMail.Delivery.Replies;
using TrendingMail.Inbound.Classification;

namespace TrendingMail.Inbound;

/// <summary>The action taken on an inbound message or report about a subscriber.</summary>
public enum InboundAction
{
    /// <summary>Recorded only.</summary>
    Noted,

    /// <summary>A soft bounce was added to the subscriber's bounce score.</summary>
    Scored,

    /// <summary>The address was added to the suppression list.</summary>
    Suppressed,

    /// <summary>The operator was alerted: the cause is likely on our side, or the report is unverified.</summary>
    Alerted,

    /// <summary>The subscriber unsubscribed by email or through a provider.</summary>
    Unsubscribed,

    /// <summary>A confirmation was sent in reply to a request to subscribe.</summary>
    Answered,

    /// <summary>An operator reverted the preceding action.</summary>
    Undone,
}

internal static class InboundActions
{
    /// <param name="isVerified">Whether the report verifiably concerns a message we sent to this subscriber.</param>
    public static InboundAction For(ReportedRecipient recipient, bool isVerified) =>
        recipient.Action != RecipientAction.Failed || recipient.IsUnclear ? InboundAction.Noted
        : recipient.Reason.IsSenderLevel() ? InboundAction.Alerted
        : recipient.Hard && isVerified ? InboundAction.Suppressed
        : InboundAction.Scored;
}
