using TrendingMail.Messages;
using TrendingMail.Subscribers;

namespace TrendingMail.Delivery;

/// <summary>The result of composing the message of a delivery.</summary>
public abstract record Composition
{
    /// <param name="Selection">What the message contains, to be kept with the delivery; null for nothing.</param>
    public sealed record Mail(Envelope Envelope, string? Selection = null) : Composition;

    /// <summary>There is nothing to send, for example because the subscriber has left since.</summary>
    public sealed record Skip(string Reason) : Composition;
}

/// <summary>
/// Composes the messages of some mailings, right before they are sent, so that an opt-out takes effect at once. Each
/// feature registers its composer.
/// </summary>
/// <returns>Null if it does not compose messages of this mailing.</returns>
public delegate Task<Composition>? Composer(
    MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken);
