using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>Whom a mail concerns.</summary>
/// <param name="DeliveryId">The mail of ours that it is about; null where that is not known.</param>
/// <param name="IsProven">
/// Whether a signature of ours says so, which only a mail of ours can have carried, or a provider whose signature was
/// verified; else anyone may have made it up.
/// </param>
/// <param name="HasMoved">
/// Whether the reader has moved to another address since that mail: it says nothing of the new one.
/// </param>
public sealed record ConcernedReader(Subscriber Subscriber, long? DeliveryId, bool IsProven, bool HasMoved = false);
