using TrendingMail.SignUp.Abuse.Limiting;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.SignUp;

/// <summary>Erases all personal data of a subscriber in one transaction.</summary>
public sealed class ErasureFlow(Database database, ErasedAddressStore erased, ConfirmationLimits limits)
{
    /// <summary>
    /// Keeps only a keyed hash of the address, which excludes it from later imports, and whether mail to it was
    /// suppressed after a complaint or by the operator. That replaces the suppression, which holds the address.
    /// Idempotent.
    /// </summary>
    /// <returns>False if there is no such subscriber.</returns>
    public Task<bool> EraseAsync(long subscriberId, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            if (await SubscriberStore.FindAsync(session, subscriberId) is not { } subscriber)
            {
                return false;
            }

            if (EmailAddress.TryParse(subscriber.Address, out var address, out _))
            {
                await erased.AddAsync(session, address.Key,
                    complained: subscriber.Suppression is SuppressionReason.Complaint or SuppressionReason.Operator);
                await SuppressionStore.EraseAsync(session, address.Key);
                await SignUpRequestQueue.DeleteAsync(session, address);
                await limits.ResetAsync(session, address);
            }

            await SubscriberStore.EraseAsync(session, subscriberId);
            return true;
        }, cancellationToken);
}
