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
}

/// <summary>One mailing on its way to one subscriber, claimed by this process.</summary>
public sealed record ClaimedDelivery
{
    public required long Id { get; init; }

    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required long SubscriberId { get; init; }

    /// <summary>Attempts made, this one counted.</summary>
    public required int Attempts { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
