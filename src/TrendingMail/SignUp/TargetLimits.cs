using System.Threading.RateLimiting;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>How often one mailbox, and the mailboxes of one domain, may be signed up, wherever the requests come from.</summary>
public sealed class TargetLimits : IDisposable
{
    private const int SegmentsPerWindow = 12;

    private static readonly string[] DotsMeanNothing = ["gmail.com", "googlemail.com"];

    private readonly PartitionedRateLimiter<EmailAddress> limiter;

    public TargetLimits(SecurityOptions security)
    {
        var limits = security.RateLimits;
        limiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<EmailAddress, string>(address =>
                Sliding(MailboxOf(address), limits.SignUpsPerAddress, TimeSpan.FromHours(1))),
            PartitionedRateLimiter.Create<EmailAddress, string>(address =>
                Sliding(DomainOf(address), limits.SignUpsPerDomain, TimeSpan.FromHours(1))));
    }

    /// <summary>A limit by a window that slides on by a twelfth of its length.</summary>
    /// <param name="limit">How often in a window; 0 for as often as one likes.</param>
    public static RateLimitPartition<string> Sliding(string key, int limit, TimeSpan window) => limit == 0
        ? RateLimitPartition.GetNoLimiter(key)
        : RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = limit,
            Window = window,
            SegmentsPerWindow = SegmentsPerWindow,
        });

    public RateLimitLease Take(EmailAddress address) => limiter.AttemptAcquire(address);

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
