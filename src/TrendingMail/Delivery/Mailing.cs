using TrendingMail.Subscribers;

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

/// <summary>A message that goes to one or many subscribers, such as the daily digest of one day.</summary>
/// <param name="Kind">One of <see cref="MailingKind"/>.</param>
/// <param name="Key">Identifies the mailing within its kind: a day, a week, or the id of a subscriber's
/// request.</param>
public sealed record Mailing(string Kind, string Key);

/// <summary>The kinds of mailings. The values are stored in the database and are part of Message-IDs.</summary>
public static class MailingKind
{
    public const string Daily = "daily";

    public const string Weekly = "weekly";

    public const string Confirmation = "confirmation";

    public const string Welcome = "welcome";

    public const string Goodbye = "goodbye";

    /// <summary>Sent to a subscriber's new address, which must be confirmed.</summary>
    public const string AddressChangeConfirmation = "address_change_confirmation";

    /// <summary>Sent to the subscriber's previous address.</summary>
    public const string AddressChangeNotice = "address_change_notice";

    /// <summary>Whether mailings of this kind are transactional notices, which are sent before digests.</summary>
    public static bool IsNotice(string kind) => kind is not (Daily or Weekly);
}

/// <summary>A delivery that this process has claimed.</summary>
public sealed record ClaimedDelivery
{
    public required long Id { get; init; }

    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required long SubscriberId { get; init; }

    /// <summary>The subscriber at the time of the claim; null if the delivery is not in the queue.</summary>
    public Subscriber? Subscriber { get; init; }

    /// <summary>The number of attempts, including the coming one.</summary>
    public required int Attempts { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    internal long MailingId { get; init; }

    /// <summary>The state last known to this process: queued, deferred or sending.</summary>
    internal DeliveryState State { get; set; }
}
