using System.Threading.RateLimiting;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>
/// How often one mailbox, and the mailboxes of one domain, may be signed up, wherever the requests come from and whichever node they
/// come to.
/// </summary>
public sealed class TargetLimits : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private static readonly string[] DotsMeanNothing = ["gmail.com", "googlemail.com"];

    private readonly LimitBook book;
    private readonly SharedLimit ofMailbox;
    private readonly SharedLimit ofDomain;
    private readonly PartitionedRateLimiter<EmailAddress> limiter;

    public TargetLimits(SecurityOptions security, LimitBook book)
    {
        this.book = book;
        ofMailbox = new SharedLimit("mailbox", security.RateLimits.SignUpsPerAddress, Window);
        ofDomain = new SharedLimit("domain", security.RateLimits.SignUpsPerDomain, Window);
        limiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<EmailAddress, string>(address => book.PartOf(ofMailbox, MailboxOf(address))),
            PartitionedRateLimiter.Create<EmailAddress, string>(address => book.PartOf(ofDomain, DomainOf(address))));
    }

    /// <exception cref="TrendingMailException">The database is out of reach.</exception>
    public ValueTask<RateLimitLease> TakeAsync(EmailAddress address, CancellationToken cancellationToken) =>
        limiter.AcquireAsync(address, 1, cancellationToken);

    /// <summary>Takes them in the caller's transaction.</summary>
    public async ValueTask<RateLimitLease> TakeAsync(Session session, EmailAddress address)
    {
        foreach (var (limit, key) in (IEnumerable<(SharedLimit, string)>)[(ofMailbox, MailboxOf(address)), (ofDomain, DomainOf(address))])
        {
            if (limit.Permits > 0 && await book.TakeAsync(session, limit, key, 1) is { Permits: 0 })
            {
                return new LimitLease(null);
            }
        }

        return LimitLease.Taken;
    }

    public void Dispose() => limiter.Dispose();

    /// <summary>
    /// The mailbox behind an address: ada+1 and ada+2 are delivered to one person (RFC 5233), and Gmail reads no dots.
    /// </summary>
    internal static string MailboxOf(EmailAddress address)
    {
        var domain = DomainOf(address);
        var local = address.Key[..address.Key.LastIndexOf('@')];
        var plus = local.IndexOf('+', StringComparison.Ordinal);
        local = plus > 0 ? local[..plus] : local;
        return $"{(DotsMeanNothing.Contains(domain) ? local.Replace(".", "", StringComparison.Ordinal) : local)}@{domain}";
    }

    private static string DomainOf(EmailAddress address) => address.Key[(address.Key.LastIndexOf('@') + 1)..];
}
