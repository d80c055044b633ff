using System.Security.Cryptography;
using System.Text;
using TrendingMail.Links;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp.Abuse.Limiting;

/// <summary>
/// Limits the mail that anyone can have sent to an address: how much a mailbox gets, and how fast a domain gets it.
/// Nothing is refused for a domain's sake, since that would let a flood of requests lock out everyone else there: the
/// confirmations are dripped. All in the caller's transaction.
/// </summary>
public sealed class ConfirmationLimits(
    SecurityOptions security, RateLimitStore rateLimits, KeyRing keys, TimeProvider clock)
{
    private const int HashLength = 16;

    /// <summary>
    /// The least time between two notices to a mailbox, whoever requests them and however often. Only the owner's own
    /// confirmation, unsubscription or erasure resets it.
    /// </summary>
    private static readonly TimeSpan NoticeInterval = TimeSpan.FromHours(1);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>
    /// Confirmations to a domain that one network may request in an hour before they wait in the domain's second queue:
    /// a flood from a few networks does not delay what others request.
    /// </summary>
    private static readonly RateLimitPolicy FirstQueue = new("domain-network", 5, TimeSpan.FromHours(1));

    /// <summary>The most notices that a mailbox is sent in a day.</summary>
    internal const int NoticesPerDay = 3;

    /// <summary>Reserves a notice to an address.</summary>
    /// <param name="network">The client network that requested it; null if it is unknown.</param>
    /// <returns>When to send it; null if the mailbox gets no more for now.</returns>
    public async Task<DateTimeOffset?> ReserveAsync(Session session, EmailAddress address, string? network)
    {
        var mailbox = Mailbox.From(address);
        var (now, hash) = (clock.GetUtcNow(), ComputeHash("mailbox", mailbox.Key));
        var sentAt = await session.QueryAsync<DateTimeOffset>("""
            SELECT sent_at FROM mailbox_notices WHERE mailbox_hash = @hash AND sent_at > @dayAgo
            """, new { hash, dayAgo = now - Day });
        if (!MaySendNotice(sentAt, now))
        {
            return null;
        }

        await session.ExecuteAsync(
            "INSERT INTO mailbox_notices (mailbox_hash, sent_at) VALUES (@hash, @now)", new { hash, now });
        return await ReserveSlotAsync(session, mailbox.Domain, network, now);
    }

    /// <summary>Forgets what a mailbox was sent, after its owner acted.</summary>
    public Task ResetAsync(Session session, EmailAddress address) =>
        session.ExecuteAsync("DELETE FROM mailbox_notices WHERE mailbox_hash = @hash",
            new { hash = ComputeHash("mailbox", Mailbox.From(address).Key) });

    /// <summary>Deletes what no longer counts.</summary>
    public static async Task<int> DeleteExpiredAsync(Session session, DateTimeOffset now) =>
        await session.ExecuteAsync(
            "DELETE FROM mailbox_notices WHERE sent_at <= @dayAgo", new { dayAgo = now - Day }) +
        await session.ExecuteAsync("DELETE FROM confirmation_slots WHERE next_at <= @now", new { now });

    /// <summary>Whether a mailbox may be sent another notice.</summary>
    /// <param name="sentAt">When earlier ones were sent.</param>
    internal static bool MaySendNotice(IEnumerable<DateTimeOffset> sentAt, DateTimeOffset now)
    {
        var today = sentAt.Where(at => at > now - Day).ToArray();
        return today.Length < NoticesPerDay && !today.Any(at => at > now - NoticeInterval);
    }

    private async Task<DateTimeOffset> ReserveSlotAsync(
        Session session, string domain, string? network, DateTimeOffset now)
    {
        var limits = security.RateLimits;
        var throttle = new ConfirmationThrottle(
            DomainTypos.IsWellKnown(domain) ? limits.ConfirmationsPerProvider : limits.ConfirmationsPerDomain);
        var isFirst = network is null ||
            (await rateLimits.AcquireAsync(session, FirstQueue, $"{domain} {network}", 1)).Permits > 0;
        var hash = ComputeHash(isFirst ? "domain" : "domain-second", domain);

        // The upsert locks the row until the slot is written.
        var nextAt = await session.SingleAsync<DateTimeOffset>("""
            INSERT INTO confirmation_slots (domain_hash, next_at) VALUES (@hash, @now)
            ON CONFLICT (domain_hash) DO UPDATE SET next_at = confirmation_slots.next_at
            RETURNING next_at
            """, new { hash, now });
        var slot = throttle.Reserve(now, nextAt);
        await session.ExecuteAsync("UPDATE confirmation_slots SET next_at = @NextAt WHERE domain_hash = @hash",
            new { slot.NextAt, hash });
        return slot.DueAt;
    }

    // Uses the oldest key, so that a key rotation does not reset the limits.
    private string ComputeHash(string kind, string key) => Convert.ToHexStringLower(
        HMACSHA256.HashData(keys.All[0].Secret, Encoding.UTF8.GetBytes($"confirmation:{kind}:{key}"))
            .AsSpan(0, HashLength));
}
