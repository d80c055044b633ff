namespace TrendingMail.Delivery.Replies;

/// <summary>Why a message was not delivered.</summary>
public enum BounceReason
{
    Other,

    UserUnknown,

    HostUnknown,

    MailboxFull,

    TooBig,

    Policy,

    SpamContent,

    ContentError,

    Blocked,

    RateLimited,

    AuthFailed,

    Suspended,

    Expired,

    NetworkError,

    SystemError,
}

/// <summary>Whose fault a reason is.</summary>
public static class BounceReasons
{
    /// <summary>
    /// Whether the sender or the content was rejected rather than the address, as would happen to every recipient
    /// there. Sender-level rejections do not count against the recipient.
    /// </summary>
    public static bool IsSenderLevel(this BounceReason reason) =>
        reason is BounceReason.Policy or BounceReason.SpamContent or BounceReason.ContentError or BounceReason.Blocked
            or BounceReason.AuthFailed or BounceReason.RateLimited or BounceReason.TooBig;

    /// <summary>Whether the address or its mailbox was rejected, which says nothing about other recipients.</summary>
    public static bool IsRecipientLevel(this BounceReason reason) =>
        reason is BounceReason.UserUnknown or BounceReason.HostUnknown or BounceReason.MailboxFull
            or BounceReason.Suspended;
}
