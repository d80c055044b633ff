using System.Threading.RateLimiting;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp.Abuse;

/// <summary>
/// Rate limits of sign-ups per mailbox and per domain, wherever the requests come from and whichever node handles them.
/// </summary>
public sealed class AddressRateLimits : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private static readonly string[] DotInsensitiveDomains = ["gmail.com", "googlemail.com"];

    private readonly RateLimitStore store;
    private readonly RateLimitPolicy mailboxPolicy;
    private readonly RateLimitPolicy domainPolicy;
    private readonly PartitionedRateLimiter<EmailAddress> limiter;

    public AddressRateLimits(SecurityOptions security, RateLimitStore store)
    {
        this.store = store;
        mailboxPolicy = new RateLimitPolicy("mailbox", security.RateLimits.SignUpsPerAddress, Window);
        domainPolicy = new RateLimitPolicy("domain", security.RateLimits.SignUpsPerDomain, Window);
        limiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<EmailAddress, string>(
                address => store.CreatePartition(mailboxPolicy, GetMailbox(address))),
            PartitionedRateLimiter.Create<EmailAddress, string>(
                address => store.CreatePartition(domainPolicy, GetDomain(address))));
    }

    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public ValueTask<RateLimitLease> AcquireAsync(EmailAddress address, CancellationToken cancellationToken) =>
        limiter.AcquireAsync(address, 1, cancellationToken);

    /// <summary>Acquires the permits in the caller's transaction.</summary>
    public async ValueTask<RateLimitLease> AcquireAsync(Session session, EmailAddress address)
    {
        foreach (var (policy, key) in (IEnumerable<(RateLimitPolicy, string)>)[(mailboxPolicy, GetMailbox(address)),
            (domainPolicy, GetDomain(address))])
        {
            if (policy.Permits > 0 && await store.AcquireAsync(session, policy, key, 1) is { Permits: 0 })
            {
                return new DistributedRateLimitLease(null);
            }
        }

        return DistributedRateLimitLease.Acquired;
    }

    public void Dispose() => limiter.Dispose();

    /// <summary>
    /// The mailbox behind an address: ada+1 and ada+2 deliver to one person (RFC 5233), and Gmail ignores dots.
    /// </summary>
    internal static string GetMailbox(EmailAddress address)
    {
        var domain = GetDomain(address);
        var local = address.Key[..address.Key.LastIndexOf('@')];
        var plus = local.IndexOf('+', StringComparison.Ordinal);
        local = plus > 0 ? local[..plus] : local;
        return DotInsensitiveDomains.Contains(domain)
            ? $"{local.Replace(".", "", StringComparison.Ordinal)}@{domain}"
            : $"{local}@{domain}";
    }

    private static string GetDomain(EmailAddress address) => address.Key[(address.Key.LastIndexOf('@') + 1)..];
}
