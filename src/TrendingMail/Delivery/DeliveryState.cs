namespace TrendingMail.Delivery;

/// <summary>The state of a delivery in the delivery queue.</summary>
public enum DeliveryState
{
    Queued,
    Sending,
    Sent,
    Deferred,
    Failed,

    /// <summary>Not sent: the subscriber left, or there was nothing to send to this subscriber.</summary>
    Skipped,

    /// <summary>It is unknown whether the server accepted the message; held for the operator.</summary>
    Uncertain,
}
