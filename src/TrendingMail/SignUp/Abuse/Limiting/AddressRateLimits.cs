using System.Threading.RateLimiting;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp.Abuse.Limiting;

/// <summary>
/// Rate limit of sign-ups per mailbox, wherever the requests come from and whichever node handles them. Domains have no
/// limit but a rate: see <see cref="ConfirmationLimits"/>.
/// </summary>
public sealed class AddressRateLimits : IDisposable
{
    private readonly RateLimitStore store;
    private readonly RateLimitPolicy policy;
    private readonly PartitionedRateLimiter<EmailAddress> limiter;

    public AddressRateLimits(SecurityOptions security, RateLimitStore store)
    {
        this.store = store;
        policy = new RateLimitPolicy("mailbox", security.RateLimits.SignUpsPerAddress, TimeSpan.FromHours(1));
        limiter = PartitionedRateLimiter.Create<EmailAddress, string>(
            address => store.CreatePartition(policy, Mailbox.From(address).Key));
    }

    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public ValueTask<RateLimitLease> AcquireAsync(EmailAddress address, CancellationToken cancellationToken) =>
        limiter.AcquireAsync(address, 1, cancellationToken);

    /// <summary>Acquires the permit in the caller's transaction.</summary>
    public async ValueTask<RateLimitLease> AcquireAsync(Session session, EmailAddress address) =>
        policy.Permits > 0 &&
        await store.AcquireAsync(session, policy, Mailbox.From(address).Key, 1) is { Permits: 0 }
            ? new DistributedRateLimitLease(null)
            : DistributedRateLimitLease.Acquired;

    public void Dispose() => limiter.Dispose();
}
