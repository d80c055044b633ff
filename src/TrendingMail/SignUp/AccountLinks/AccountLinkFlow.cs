using TrendingMail.Delivery.Queue;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp.AccountLinks;

/// <summary>
/// Mails links that export, move or erase a subscription. The links in a digest are seen by more than its owner: by
/// relays, feedback loops, and everyone to whom it is forwarded. They may ask for such a link, but only the owner of
/// the mailbox gets it.
/// </summary>
public sealed class AccountLinkFlow(Database database, DeliveryQueue deliveryQueue, TimeProvider clock)
{
    /// <summary>The most links a subscriber is mailed in a day, whatever they are for.</summary>
    private const int LinksPerDay = 3;

    /// <summary>The least time between two links for the same action.</summary>
    private static readonly TimeSpan Interval = LinkSigner.AccountLinkLifetime;

    /// <summary>How long requests are kept: as long as they count against the limits.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromDays(1);

    /// <summary>Mails a link for an action to the subscriber's address, within limits.</summary>
    public Task<AccountLinkResult> RequestAsync(
        long subscriberId, AccountAction action, ConsentOrigin origin, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var now = clock.GetUtcNow();
            var earlier = await session.QueryAsync<AccountLinkRequest>("""
                SELECT id, action, requested_at, network FROM account_link_requests
                WHERE subscriber_id = @subscriberId AND requested_at > @since
                """, new { subscriberId, since = now - Retention });
            var result = Decide(await SubscriberStore.FindAsync(session, subscriberId), action, earlier, now);
            if (result == AccountLinkResult.Sent)
            {
                var id = await session.SingleAsync<long>("""
                    INSERT INTO account_link_requests (subscriber_id, action, requested_at, network)
                    VALUES (@subscriberId, @action, @now, @Network)
                    RETURNING id
                    """, new { subscriberId, action = action.ToColumn(), now, origin.Network });
                await deliveryQueue.EnqueueAsync(session, new Mailing.Notice(NoticeKind.AccountLink, id), subscriberId,
                    LinkSigner.AccountLinkLifetime);
            }

            return result;
        }, cancellationToken);

    public Task<AccountLinkRequest?> FindAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstOrDefaultAsync<AccountLinkRequest>(
            "SELECT id, action, requested_at, network FROM account_link_requests WHERE id = @id", new { id }),
            cancellationToken);

    /// <summary>Deletes requests that no longer count.</summary>
    internal static Task<int> DeleteExpiredAsync(Session session, DateTimeOffset now) => session.ExecuteAsync(
        "DELETE FROM account_link_requests WHERE requested_at <= @before", new { before = now - Retention });

    /// <summary>Decides about a request.</summary>
    /// <param name="earlier">The requests of the last day for which a link was sent.</param>
    internal static AccountLinkResult Decide(
        Subscriber? subscriber, AccountAction action, IReadOnlyList<AccountLinkRequest> earlier, DateTimeOffset now)
    {
        if (subscriber is null or { State: SubscriberState.Pending } or { Suppression: not null })
        {
            return AccountLinkResult.Undeliverable;
        }

        var isAllowed = earlier.Count < LinksPerDay &&
            !earlier.Any(request => request.Action == action && request.RequestedAt > now - Interval);
        return isAllowed ? AccountLinkResult.Sent : AccountLinkResult.SentBefore;
    }
}
