using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Subscribers;

/// <summary>The state of a subscription.</summary>
public enum SubscriberState
{
    /// <summary>Requested, not confirmed yet.</summary>
    Pending,

    Active,

    /// <summary>Receives no digests until a date.</summary>
    Paused,

    Unsubscribed,
}

/// <summary>A person who subscribes, or once did.</summary>
public sealed record Subscriber
{
    /// <summary>Never reused, since it is part of mailed links.</summary>
    public required long Id { get; init; }

    public required string Address { get; init; }

    public required SubscriberState State { get; init; }

    /// <summary>Incremented to revoke all links mailed before.</summary>
    public required int LinkEpoch { get; init; }

    public required Preferences Preferences { get; init; }

    /// <summary>The local day on which digests resume; null if the subscriber is not paused.</summary>
    public DateOnly? PausedUntil { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the next digest is due; null if none is scheduled.</summary>
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>
    /// A hash of the interests, equal for subscribers with the same ones, empty without any; see
    /// <see cref="Interest.ComputeProfile"/>.
    /// </summary>
    public string Profile { get; init; } = "";

    /// <summary>Why the address is suppressed; null if it is not.</summary>
    public SuppressionReason? Suppression { get; init; }

    public string MaskedAddress => EmailAddress.Mask(Address);
}

/// <summary>An action concerning the subscription, by the subscriber or by an operator on their behalf.</summary>
public enum ConsentKind
{
    Requested,
    Confirmed,

    /// <summary>Requested a subscription while already subscribed; the welcome mail was sent again.</summary>
    Reminded,

    Unsubscribed,

    /// <summary>Added by an operator, who vouches for the subscriber's consent.</summary>
    Added,

    /// <summary>Imported from a list that documents the consent, or for which the operator vouches.</summary>
    Imported,

    /// <summary>Reported that someone else had requested the subscription.</summary>
    Disputed,

    /// <summary>Undid an unsubscription that someone else had made.</summary>
    Resubscribed,

    /// <summary>Suppressed because mail bounced.</summary>
    Bounced,

    /// <summary>Suppressed because the subscriber reported a message as spam.</summary>
    Complained,

    /// <summary>Changed the address, confirmed from the new one.</summary>
    Moved,

    /// <summary>Reverted, from the old address, an address change that someone else had made.</summary>
    Reverted,

    /// <summary>An operator lifted the address's suppression.</summary>
    Lifted,
}

/// <summary>An entry in a subscriber's append-only consent history.</summary>
public sealed record ConsentEvent
{
    public required long Id { get; init; }

    public required ConsentKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The channel: <c>web</c>, <c>one-click</c>, <c>command</c> and others.</summary>
    public required string Origin { get; init; }

    /// <summary>The client's network (/24 or /48); null if there was none or its retention has ended.</summary>
    public string? Network { get; init; }

    /// <summary>The wording that was agreed to, if one was shown.</summary>
    public string? Text { get; init; }
}

/// <summary>Where a request came from.</summary>
/// <param name="Name">The channel: <c>web</c>, <c>one-click</c>, <c>api</c>, <c>mail</c> or <c>command</c>.</param>
/// <param name="Network">The client's network, too coarse to identify a person; null for an operator's command.</param>
public sealed record ConsentOrigin(string Name, string? Network)
{
    public static ConsentOrigin Command { get; } = new("command", null);

    /// <summary>The wording that was agreed to, if one was shown.</summary>
    public string? ConsentText { get; init; }

    /// <summary>Whether it came through a mailed link, which may have been forwarded to someone else.</summary>
    public bool IsViaLink => Name is "web" or "one-click" or "mail";

    /// <summary>Whether a reply may be sent: not to automatic messages and mailing lists (RFC 3834).</summary>
    public bool AllowsReply { get; init; } = true;
}
