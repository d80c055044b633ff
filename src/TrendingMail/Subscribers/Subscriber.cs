namespace TrendingMail.Subscribers;

/// <summary>Where a reader stands.</summary>
public enum SubscriberState
{
    /// <summary>Asked to subscribe and has not confirmed.</summary>
    Pending,

    Active,

    /// <summary>Gets no digest until a date.</summary>
    Paused,

    Unsubscribed,
}

/// <summary>One reader.</summary>
public sealed record Subscriber
{
    /// <summary>Never given to anyone else: it stands in links that were mailed.</summary>
    public required long Id { get; init; }

    public required string Address { get; init; }

    public required SubscriberState State { get; init; }

    /// <summary>Counts up to revoke every link that was mailed before.</summary>
    public required int LinkEpoch { get; init; }

    public required Preferences Preferences { get; init; }

    /// <summary>The first local day on which digests come again; null where the reader is not paused.</summary>
    public DateOnly? PausedUntil { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the next digest is due; null where none is.</summary>
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>Shared by all readers with the same interests, '' without any; see <see cref="Interest.ProfileOf"/>.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Why this reader's address gets no mail; null where it does.</summary>
    public SuppressionReason? Suppression { get; init; }

    public string MaskedAddress => EmailAddress.Mask(Address);
}

/// <summary>Something that a reader, or an operator for them, did about the subscription.</summary>
public enum ConsentKind
{
    Requested,
    Confirmed,

    /// <summary>Asked to subscribe while subscribed already, and was sent the welcome again.</summary>
    Reminded,

    Unsubscribed,

    /// <summary>Added by an operator, who answers for the reader's consent.</summary>
    Added,

    /// <summary>Taken over from a list that shows the reader's consent, or whose operator answers for it.</summary>
    Imported,

    /// <summary>Told that someone else had asked.</summary>
    Disowned,

    /// <summary>Took back an unsubscription that was someone else's.</summary>
    Returned,

    /// <summary>Gets no more mail because it came back.</summary>
    Bounced,

    /// <summary>Called a mail unwanted, and gets no more.</summary>
    Complained,

    /// <summary>Moved to another address, and confirmed it from there.</summary>
    Moved,

    /// <summary>Took back, from the old address, a move that was someone else's.</summary>
    Restored,

    /// <summary>May have mail again: an operator lifted what suppressed the address.</summary>
    Lifted,
}

/// <summary>One line of a reader's consent history, which is only ever appended to.</summary>
public sealed record ConsentEvent
{
    public required long Id { get; init; }

    public required ConsentKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Through what: <c>web</c>, <c>one-click</c>, <c>command</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The client's network (/24 or /48), where there was one and it has not been forgotten.</summary>
    public string? Network { get; init; }

    /// <summary>The wording that was agreed to, where the reader was shown one.</summary>
    public string? Text { get; init; }
}

/// <summary>From where a wish came.</summary>
/// <param name="Name">Through what: <c>web</c>, <c>one-click</c>, <c>api</c>, <c>mail</c>, <c>command</c>.</param>
/// <param name="Network">The client's network, coarse enough not to name a person; null for the operator's own command.</param>
public sealed record Origin(string Name, string? Network)
{
    public static Origin Command { get; } = new("command", null);

    /// <summary>The wording that was agreed to, where one was shown.</summary>
    public string? Wording { get; init; }

    /// <summary>Whether it came through a link of a mail, which may have been forwarded, and not from an operator or a server.</summary>
    public bool IsByLink => Name is "web" or "one-click" or "mail";

    /// <summary>Whether a mail may be sent in answer: not where a machine or a list wrote (RFC 3834).</summary>
    public bool MayBeAnswered { get; init; } = true;
}
