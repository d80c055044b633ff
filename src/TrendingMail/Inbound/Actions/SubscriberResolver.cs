using TrendingMail.Delivery;
using TrendingMail.Inbound.Classification;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Inbound.Actions;

/// <summary>
/// Finds the subscriber that a message concerns: by the signed return path of the delivery, by the signed token in the
/// List-Unsubscribe header of the returned message, by its Message-ID, and last by the reported address. The last two
/// can be forged, so they count as verified only in an event that a provider signed.
/// </summary>
public sealed class SubscriberResolver(ReturnPath returnPath, LinkSigner signer, MailOptions mailOptions)
{
    private static readonly char[] Separators = [' ', '\t', '/', '<', '>', ',', '=', '?', '&', '%'];

    public async Task<AffectedSubscriber?> ResolveAsync(
        Session session, ClassifiedMessage message, string reportedAddress)
    {
        if (FindDeliveryId(message) is { } deliveryFromPath &&
            await FindByDeliveryAsync(session, deliveryFromPath) is { } subscriberByPath)
        {
            return new AffectedSubscriber(
                subscriberByPath, deliveryFromPath, true, await HasChangedAddressAsync(session, deliveryFromPath));
        }

        var deliveryFromMessageId = MessageIdentity.TryParseDeliveryId(
            message.Returned.MessageId, mailOptions.Domain);
        if (FindToken(message.Returned.ListUnsubscribe ?? "") is { } token &&
            await SubscriberStore.FindAsync(session, token.SubscriberId) is { } byToken)
        {
            // An address change increments the epoch, which invalidates older tokens.
            return new AffectedSubscriber(byToken, deliveryFromMessageId, true, byToken.LinkEpoch != token.Epoch);
        }

        var isVerified = message.VerifiedProvider is not null;
        var address = EmailAddress.TryParse(reportedAddress, out var parsed, out _) ? parsed : null;
        if (deliveryFromMessageId is { } deliveryId &&
            await FindByDeliveryAsync(session, deliveryId) is { } byMessage &&
            (address is null || HasAddress(byMessage, address)))
        {
            return new AffectedSubscriber(byMessage, deliveryId, isVerified);
        }

        return address is not null && await SubscriberStore.FindAsync(session, address) is { } byAddress
            ? new AffectedSubscriber(byAddress, null, isVerified)
            : null;
    }

    /// <summary>Finds a valid unsubscribe token in a header value; null if there is none.</summary>
    public LinkToken? FindToken(string text)
    {
        foreach (var word in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            // Splitting at "%" leaves the digits of an escape such as "%20" in front of the token.
            foreach (var candidate in (string[])[word, word.Length > 2 ? word[2..] : ""])
            {
                if (candidate.Length is > 20 and < 200 &&
                    signer.TryVerify(candidate, LinkPurpose.Unsubscribe, out var token, out _))
                {
                    return token;
                }
            }
        }

        return null;
    }

    private static bool HasAddress(Subscriber subscriber, EmailAddress address) =>
        EmailAddress.TryParse(subscriber.Address, out var own, out _) && own.Key == address.Key;

    private static async Task<Subscriber?> FindByDeliveryAsync(Session session, long id) =>
        await session.FirstOrDefaultAsync<long?>(
            "SELECT subscriber_id FROM deliveries WHERE id = @id", new { id }) is { } subscriberId
            ? await SubscriberStore.FindAsync(session, subscriberId)
            : null;

    private static async Task<bool> HasChangedAddressAsync(Session session, long deliveryId) =>
        await session.FirstOrDefaultAsync<long?>("""
            SELECT c.id
            FROM deliveries d
            JOIN address_changes c ON c.subscriber_id = d.subscriber_id
            WHERE d.id = @deliveryId AND c.state <> 'requested' AND c.settled_at > d.queued_at
            LIMIT 1
            """, new { deliveryId }) is not null;

    private long? FindDeliveryId(ClassifiedMessage message) =>
        message.Facts.Addressees.Append(message.Returned.ReturnPath ?? "")
            .Select(returnPath.TryRead).FirstOrDefault(id => id is not null);
}
