using TrendingMail.Messages;

namespace TrendingMail.Delivery;

/// <summary>The result of composing the message of a delivery.</summary>
public abstract record Composition
{
    public sealed record Mail(Envelope Envelope) : Composition;

    /// <summary>There is nothing to send, for example because the subscriber has left since.</summary>
    public sealed record Skip(string Reason) : Composition;
}

/// <summary>
/// Composes the messages of some kinds of mailings, right before they are sent, so that an opt-out takes effect at
/// once. Each feature registers its composers.
/// </summary>
/// <param name="Kinds">See <see cref="MailingKind"/>.</param>
public sealed record Composer(
    IReadOnlyList<string> Kinds, Func<ClaimedDelivery, CancellationToken, Task<Composition>> ComposeAsync);
