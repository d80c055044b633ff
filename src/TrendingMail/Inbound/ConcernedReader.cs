using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>Whom a mail concerns.</summary>
/// <param name="DeliveryId">The mail of ours that it is about; null where that is not known.</param>
/// <param name="IsProven">
/// Whether a signature of ours says so, which only a mail of ours can have carried; else anyone may have made it up.
/// </param>
public sealed record ConcernedReader(Subscriber Subscriber, long? DeliveryId, bool IsProven);
