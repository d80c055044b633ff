using TrendingMail.Messages;
using TrendingMail.Subscribers;

namespace TrendingMail.Delivery.Queue;

/// <summary>A delivery that this process has claimed.</summary>
/// <param name="Subscriber">The subscriber at the time of the claim.</param>
public sealed record ClaimedDelivery(MessageIdentity Identity, Subscriber Subscriber, Claim Claim);

/// <summary>The claim of this process on a delivery, which lasts until it is released or its lease expires.</summary>
/// <param name="attempt">The number of the coming attempt, from 1.</param>
/// <param name="expiresAt">When no further attempt is made.</param>
/// <param name="mailingId">The row of the mailing, whose counts follow the state.</param>
/// <param name="state">The state at the time of the claim.</param>
public sealed class Claim(int attempt, DateTimeOffset expiresAt, long mailingId, DeliveryState state)
{
    /// <summary>The number of the coming attempt, from 1.</summary>
    public int Attempt { get; } = attempt;

    /// <summary>When no further attempt is made.</summary>
    public DateTimeOffset ExpiresAt { get; } = expiresAt;

    /// <summary>The last reply of a server, or why the delivery waited; null before the first attempt.</summary>
    public string? Reply { get; init; }

    internal long MailingId { get; } = mailingId;

    /// <summary>The state last known to this process: queued, deferred or sending.</summary>
    internal DeliveryState State { get; set; } = state;

    /// <summary>
    /// The fencing token: the number of attempts as this claim knows it. The row has a higher number if this process
    /// was stalled past its lease, lost the delivery and claimed it again.
    /// </summary>
    internal long FencingToken => State == DeliveryState.Sending ? Attempt : Attempt - 1;
}
