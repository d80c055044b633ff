using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp.AddressChanges;

/// <summary>Accepts requests to change an address from the preferences page.</summary>
public sealed class AddressChangeService(AddressPolicy policy, SignUpRequestQueue requests)
{
    /// <summary>
    /// Requests an address change if the new address may be used at all. As with a sign-up, the address is only looked
    /// up when the queued request is processed, so that neither the result nor its timing says anything about it.
    /// </summary>
    /// <param name="email">The new address as entered.</param>
    /// <param name="acceptsSharedMailbox">Whether the subscriber confirmed a shared mailbox.</param>
    /// <returns>The decision about the address, which does not depend on the subscribers.</returns>
    public async Task<AddressDecision> RequestAsync(
        Subscriber subscriber, string email, bool acceptsSharedMailbox, ConsentOrigin consentOrigin,
        CancellationToken cancellationToken)
    {
        var decision = await policy.EvaluateAsync(email.Trim(), acceptsSharedMailbox, cancellationToken);
        if (decision is AddressDecision.Accepted accepted)
        {
            await requests.EnqueueAsync(subscriber, accepted.Address, consentOrigin, cancellationToken);
        }

        return decision;
    }
}
