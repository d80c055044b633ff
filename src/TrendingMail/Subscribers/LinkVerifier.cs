using TrendingMail.Links;

namespace TrendingMail.Subscribers;

/// <summary>Whether the holder of a link may act for a subscriber.</summary>
public abstract record LinkResult
{
    public sealed record Valid(Subscriber Subscriber, LinkToken Link) : LinkResult
    {
        /// <summary>
        /// Whether the link was issued for the subscriber's present address and has not been revoked. Otherwise it
        /// only ends the subscription, and its holder may be someone else: nothing may be shown.
        /// </summary>
        public bool IsCurrent => Subscriber.LinkEpoch == Link.Epoch;
    }

    /// <summary>The link is damaged or too old, or it has another purpose. The reason is shown to its holder.</summary>
    public sealed record Invalid(string Reason) : LinkResult;

    /// <summary>The link was revoked, or its subscriber no longer exists.</summary>
    public sealed record Revoked : LinkResult;
}

/// <summary>Verifies subscribers' links: the signature, and that the subscriber has not revoked it.</summary>
public sealed class LinkVerifier(LinkSigner signer, SubscriberStore subscribers)
{
    public async Task<LinkResult> VerifyAsync(string token, LinkPurpose purpose, CancellationToken cancellationToken)
    {
        if (!signer.TryVerify(token, purpose, out var link, out var fault))
        {
            return new LinkResult.Invalid(fault);
        }

        return SeedIds.Contains(link.SubscriberId)
            ? Decide(CreateSeed(link), link)
            : Decide(await subscribers.FindAsync(link.SubscriberId, cancellationToken), link);
    }

    /// <summary>
    /// Decides whether a link with a valid signature still works. One that ends a subscription works as long as its
    /// subscriber exists, whatever was changed or revoked since: otherwise the mail that it came with keeps coming.
    /// </summary>
    public static LinkResult Decide(Subscriber? subscriber, LinkToken link) =>
        subscriber is not null && new LinkResult.Valid(subscriber, link) is var valid &&
        (valid.IsCurrent || link.Purpose is LinkPurpose.Unsubscribe or LinkPurpose.ReportNotMe)
            ? valid
            : new LinkResult.Revoked();

    /// <summary>
    /// The recipient of a seed message, who exists nowhere and whose links have always been revoked: unsubscribing
    /// answers as it does for a subscriber, and changes nothing.
    /// </summary>
    private static Subscriber CreateSeed(LinkToken link) => new()
    {
        Id = link.SubscriberId,
        Address = "",
        State = SubscriberState.Unsubscribed,
        LinkEpoch = link.Epoch + 1,
        Preferences = new Preferences(),
        CreatedAt = link.IssuedAt,
    };
}
