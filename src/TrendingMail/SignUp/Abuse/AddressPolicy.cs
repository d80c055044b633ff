using System.Threading.RateLimiting;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp.Abuse;

/// <summary>Whether an address may subscribe, decided without looking at the subscribers.</summary>
public abstract record AddressDecision
{
    /// <param name="Suggestion">The address that was probably intended, where the domain looks misspelled.</param>
    public sealed record Accepted(EmailAddress Address, EmailAddress? Suggestion) : AddressDecision;

    /// <summary>The address is not accepted. The reason is shown to the person who entered it.</summary>
    public sealed record Rejected(string Reason) : AddressDecision;

    /// <param name="Lease">The rejected lease, with the time to retry.</param>
    public sealed record RateLimited(RateLimitLease Lease) : AddressDecision;
}

/// <summary>Decides whether an address may subscribe, whether by form, API or mail.</summary>
public sealed class AddressPolicy(DisposableDomains disposable, AddressRateLimits limits)
{
    /// <exception cref="TrendingMailException">The database, which holds the rate limits, is unavailable.</exception>
    public async Task<AddressDecision> EvaluateAsync(string email, CancellationToken cancellationToken) =>
        EmailAddress.TryParse(email, out var address, out var fault)
            ? await EvaluateAsync(address, cancellationToken)
            : new AddressDecision.Rejected(fault);

    /// <inheritdoc cref="EvaluateAsync(string, CancellationToken)"/>
    public Task<AddressDecision> EvaluateAsync(EmailAddress address, CancellationToken cancellationToken) =>
        EvaluateAsync(address, () => limits.AcquireAsync(address, cancellationToken));

    /// <summary>Counts against the rate limits in the caller's transaction.</summary>
    public Task<AddressDecision> EvaluateAsync(Session session, EmailAddress address) =>
        EvaluateAsync(address, () => limits.AcquireAsync(session, address));

    private async Task<AddressDecision> EvaluateAsync(EmailAddress address, Func<ValueTask<RateLimitLease>> acquire)
    {
        if (disposable.Contains(address))
        {
            return new AddressDecision.Rejected(
                "This looks like a disposable mailbox. Please enter an address that you will " +
                "still read next week.");
        }

        var lease = await acquire();
        if (!lease.IsAcquired)
        {
            return new AddressDecision.RateLimited(lease);
        }

        lease.Dispose();
        return new AddressDecision.Accepted(address, DomainTypos.Suggest(address));
    }
}
