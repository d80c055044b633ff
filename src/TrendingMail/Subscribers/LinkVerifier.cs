using TrendingMail.Links;

namespace TrendingMail.Subscribers;

/// <summary>Whether the holder of a link may act for a subscriber.</summary>
public abstract record LinkResult
{
    public sealed record Valid(Subscriber Subscriber, LinkToken Link) : LinkResult;

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

        return await subscribers.FindAsync(link.SubscriberId, cancellationToken) is { } subscriber &&
            subscriber.LinkEpoch == link.Epoch
            ? new LinkResult.Valid(subscriber, link)
            : new LinkResult.Revoked();
    }
}
