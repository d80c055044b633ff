using System.Threading.RateLimiting;
using TrendingMail.SignUp.Abuse.Limiting;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp.Abuse;

/// <summary>Whether an address may subscribe, decided without looking at the subscribers.</summary>
public abstract record AddressDecision
{
    /// <param name="Suggestion">The address that was probably intended, where the domain looks misspelled.</param>
    public sealed record Accepted(EmailAddress Address, EmailAddress? Suggestion) : AddressDecision;

    /// <summary>The address is not accepted. The reason is shown to the person who entered it.</summary>
    public sealed record Rejected(string Reason) : AddressDecision;

    /// <summary>The address looks like one that several people or none read: ask whether it is meant.</summary>
    public sealed record SharedMailbox : AddressDecision
    {
        /// <summary>What to tell the person who entered it.</summary>
        public const string Question = "This looks like the mailbox of a team or a service, not of a person. " +
            "Please confirm that it may be subscribed.";
    }

    /// <param name="Lease">The rejected lease, with the time to retry.</param>
    public sealed record RateLimited(RateLimitLease Lease) : AddressDecision;
}

/// <summary>Decides whether an address may subscribe, whether by form, API or mail.</summary>
public sealed class AddressPolicy(DisposableDomains disposable, AddressRateLimits limits)
{
    /// <param name="acceptsSharedMailbox">Whether the person confirmed a shared mailbox.</param>
    /// <exception cref="TrendingMailException">The database, which holds the rate limits, is unavailable.</exception>
    public async Task<AddressDecision> EvaluateAsync(
        string email, bool acceptsSharedMailbox, CancellationToken cancellationToken) =>
        EmailAddress.TryParse(email, out var address, out var fault)
            ? await EvaluateAsync(address, acceptsSharedMailbox, cancellationToken)
            : new AddressDecision.Rejected(fault);

    /// <inheritdoc cref="EvaluateAsync(string, bool, CancellationToken)"/>
    public Task<AddressDecision> EvaluateAsync(
        EmailAddress address, bool acceptsSharedMailbox, CancellationToken cancellationToken) =>
        EvaluateAsync(address, acceptsSharedMailbox, () => limits.AcquireAsync(address, cancellationToken));

    /// <summary>
    /// Evaluates the sender of a request by mail, counting against the rate limits in the caller's transaction. Whoever
    /// writes from a shared mailbox means it.
    /// </summary>
    public Task<AddressDecision> EvaluateAsync(Session session, EmailAddress address) =>
        EvaluateAsync(address, acceptsSharedMailbox: true, () => limits.AcquireAsync(session, address));

    private async Task<AddressDecision> EvaluateAsync(
        EmailAddress address, bool acceptsSharedMailbox, Func<ValueTask<RateLimitLease>> acquire)
    {
        if (disposable.Contains(address))
        {
            return new AddressDecision.Rejected(
                "This looks like a disposable mailbox. Please enter an address that you will " +
                "still read next week.");
        }

        if (!acceptsSharedMailbox && RoleAddresses.Contains(address))
        {
            return new AddressDecision.SharedMailbox();
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
