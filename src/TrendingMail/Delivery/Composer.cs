namespace TrendingMail.Delivery;

/// <summary>What became of the wish to compose a delivery's mail.</summary>
public abstract record Composition
{
    public sealed record Mail(Envelope Envelope) : Composition;

    /// <summary>There is nothing to send: the reader left since it was queued, say.</summary>
    public sealed record Skip(string Reason) : Composition;
}

/// <summary>
/// Makes the mails of some kinds of mailings, at the last moment before they leave, so that an opt-out takes effect at
/// once. The features above register theirs.
/// </summary>
/// <param name="Kinds">See <see cref="MailingKind"/>.</param>
public sealed record Composer(
    IReadOnlyList<string> Kinds, Func<ClaimedDelivery, CancellationToken, Task<Composition>> ComposeAsync);
