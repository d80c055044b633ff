using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.SignUp;

/// <summary>Erases all personal data of a subscriber in one transaction.</summary>
public sealed class ErasureFlow(Database database, ErasedAddressStore erased)
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
                await session.ExecuteAsync("DELETE FROM suppressions WHERE address_key = @Key", new { address.Key });
                await session.ExecuteAsync("DELETE FROM sign_up_requests WHERE address = @Value", new { address.Value });
            }

            // Cascades to consent history, interests, feedback, address changes and deliveries.
            await session.ExecuteAsync("DELETE FROM subscribers WHERE id = @subscriberId", new { subscriberId });
            return true;
        }, cancellationToken);
}
