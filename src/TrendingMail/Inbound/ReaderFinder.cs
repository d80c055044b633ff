using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>
/// Finds the reader whom a mail concerns: by the return path that only our mail to this reader has, by the signed token
/// in the returned mail's List-Unsubscribe, by its Message-ID, and last by the address that is reported. The last two
/// prove something only where a provider vouches for them.
/// </summary>
public sealed class ReaderFinder(ReturnPath returnPath, LinkSigner signer, MailOptions mail)
{
    private static readonly char[] Separators = [' ', '\t', '/', '<', '>', ',', '=', '?', '&', '%'];

    public async Task<ConcernedReader?> FindAsync(Session session, Classification mail, string reported)
    {
        if (DeliveryOf(mail) is { } proven && await OfDeliveryAsync(session, proven) is { } byPath)
        {
            return new ConcernedReader(byPath, proven, true, await HasMovedAsync(session, proven));
        }

        var delivery = DeliveryOf(mail.Returned.MessageId);
        if (TokenIn(mail.Returned.ListUnsubscribe ?? "") is { } token &&
            await SubscriberStore.FindAsync(session, token.SubscriberId) is { } byToken)
        {
            // A move makes what was signed before void.
            return new ConcernedReader(byToken, delivery, true, byToken.LinkEpoch != token.Epoch);
        }

        var isVouched = mail.VouchedBy is not null;
        var address = EmailAddress.TryParse(reported, out var parsed, out _) ? parsed : null;
        if (delivery is { } id && await OfDeliveryAsync(session, id) is { } byMessage &&
            (address is null || IsOf(byMessage, address)))
        {
            return new ConcernedReader(byMessage, id, isVouched);
        }

        return address is not null && await SubscriberStore.FindAsync(session, address) is { } byAddress
            ? new ConcernedReader(byAddress, null, isVouched)
            : null;
    }

    /// <summary>The reader's token in an address of ours or a subject; null where there is none that holds.</summary>
    public LinkToken? TokenIn(string text)
    {
        foreach (var word in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            // "%20" before the token leaves its digits in front of it.
            foreach (var candidate in (string[])[word, word.Length > 2 ? word[2..] : ""])
            {
                if (candidate.Length is > 20 and < 200 &&
                    signer.TryRead(candidate, LinkPurpose.Unsubscribe, out var token, out _))
                {
                    return token;
                }
            }
        }

        return null;
    }

    private static bool IsOf(Subscriber reader, EmailAddress address) =>
        EmailAddress.TryParse(reader.Address, out var own, out _) && own.Key == address.Key;

    private static async Task<Subscriber?> OfDeliveryAsync(Session session, long id) =>
        await session.FirstOrDefaultAsync<long?>(
            "SELECT subscriber_id FROM deliveries WHERE id = @id", new { id }) is { } subscriber
            ? await SubscriberStore.FindAsync(session, subscriber)
            : null;

    private static async Task<bool> HasMovedAsync(Session session, long delivery) =>
        await session.FirstOrDefaultAsync<long?>("""
            SELECT c.id
            FROM deliveries d
            JOIN address_changes c ON c.subscriber_id = d.subscriber_id
            WHERE d.id = @delivery AND c.state <> 'asked' AND c.settled_at > d.queued_at
            LIMIT 1
            """, new { delivery }) is not null;

    private long? DeliveryOf(Classification mail) =>
        mail.Facts.Addressees.Append(mail.Returned.ReturnPath ?? "")
            .Select(returnPath.TryRead).FirstOrDefault(id => id is not null);

    /// <summary>See <c>Postmark</c>: <c>daily-2026-11-23.41@example.org</c>.</summary>
    private long? DeliveryOf(string? messageId)
    {
        var at = messageId?.LastIndexOf('@') ?? -1;
        if (at < 0 || !messageId![(at + 1)..].Equals(mail.Domain, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var number = messageId.AsSpan((messageId.LastIndexOf('.', at) + 1)..at);
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }
}
