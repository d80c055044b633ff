using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>The subscriber that an inbound message concerns.</summary>
/// <param name="DeliveryId">The delivery that it concerns; null if unknown.</param>
/// <param name="IsVerified">
/// Whether the match is backed by one of our signatures, which only our own messages carry, or by a provider whose
/// signature was verified. Otherwise the message may be forged.
/// </param>
/// <param name="HasChangedAddress">
/// Whether the subscriber changed address after that delivery, so the report says nothing about the current address.
/// </param>
public sealed record AffectedSubscriber(
    Subscriber Subscriber, long? DeliveryId, bool IsVerified, bool HasChangedAddress = false);
