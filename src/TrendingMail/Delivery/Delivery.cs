using TrendingMail.Subscribers;

namespace TrendingMail.Delivery;

/// <summary>Where a delivery stands in the ledger.</summary>
public enum DeliveryState
{
    Queued,
    Sending,
    Sent,
    Deferred,
    Failed,

    /// <summary>Not sent: the reader left, or there was nothing for this reader.</summary>
    Skipped,

    /// <summary>May have been taken or not, and held for the operator.</summary>
    Uncertain,
}

/// <summary>What is mailed.</summary>
/// <param name="Kind">One of <see cref="MailingKind"/>.</param>
/// <param name="Key">What tells one mailing of a kind from the next: a day, a week, a reader's request.</param>
public sealed record Mailing(string Kind, string Key);

/// <summary>The kinds of mailings. The names stand in the database and in Message-IDs.</summary>
public static class MailingKind
{
    public const string Daily = "daily";

    public const string Weekly = "weekly";

    public const string Confirmation = "confirmation";

    public const string Welcome = "welcome";

    public const string Goodbye = "goodbye";

    /// <summary>To a new address, which is asked to confirm.</summary>
    public const string Move = "move";

    /// <summary>To the address that a reader moved away from.</summary>
    public const string Moving = "moving";

    /// <summary>Whether it goes to one reader who waits for it now; these leave before digests.</summary>
    public static bool IsNotice(string kind) => kind is not (Daily or Weekly);
}

/// <summary>One mailing on its way to one subscriber, claimed by this process.</summary>
public sealed record ClaimedDelivery
{
    public required long Id { get; init; }

    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required long SubscriberId { get; init; }

    /// <summary>The reader at the time of the claim; null where the delivery stands in no ledger.</summary>
    public Subscriber? Reader { get; init; }

    /// <summary>Attempts made, the coming one counted.</summary>
    public required int Attempts { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    internal long MailingId { get; init; }

    /// <summary>Where it stands in the ledger now, as far as this process knows: queued, deferred or sending.</summary>
    internal DeliveryState State { get; set; }
}
