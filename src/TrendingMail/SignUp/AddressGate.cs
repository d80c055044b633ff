using System.Threading.RateLimiting;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>What becomes of an address that is to subscribe, as far as can be told without a look at the list.</summary>
public abstract record AddressVerdict
{
    /// <param name="Meant">The address that was probably meant.</param>
    public sealed record Welcome(EmailAddress Address, EmailAddress? Meant) : AddressVerdict;

    /// <summary>Not with this address; why, in words for its owner.</summary>
    public sealed record Refused(string Reason) : AddressVerdict;

    /// <param name="Lease">The permit that was not given; it knows when to try again.</param>
    public sealed record TooMany(RateLimitLease Lease) : AddressVerdict;
}

/// <summary>Tells addresses that may subscribe from those that may not, by whatever way the wish comes.</summary>
public sealed class AddressGate(DisposableDomains disposable, TargetLimits limits)
{
    /// <exception cref="TrendingMailException">The database, which counts, is out of reach.</exception>
    public async Task<AddressVerdict> JudgeAsync(string email, CancellationToken cancellationToken) =>
        EmailAddress.TryParse(email, out var address, out var fault)
            ? await JudgeAsync(address, cancellationToken)
            : new AddressVerdict.Refused(fault);

    /// <inheritdoc cref="JudgeAsync(string, CancellationToken)"/>
    public Task<AddressVerdict> JudgeAsync(EmailAddress address, CancellationToken cancellationToken) =>
        JudgeAsync(address, () => limits.TakeAsync(address, cancellationToken));

    /// <summary>Counts in the caller's transaction.</summary>
    public Task<AddressVerdict> JudgeAsync(Session session, EmailAddress address) =>
        JudgeAsync(address, () => limits.TakeAsync(session, address));

    private async Task<AddressVerdict> JudgeAsync(EmailAddress address, Func<ValueTask<RateLimitLease>> take)
    {
        if (disposable.Contains(address))
        {
            return new AddressVerdict.Refused("This looks like a throw-away mailbox. Please give the address of one that you " +
                "will still read next week.");
        }

        var lease = await take();
        if (!lease.IsAcquired)
        {
            return new AddressVerdict.TooMany(lease);
        }

        lease.Dispose();
        return new AddressVerdict.Welcome(address, DomainTypos.DidYouMean(address));
    }
}
