using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>Takes out all that we hold of a reader, in one transaction.</summary>
public sealed class ErasureFlow(Database database, ErasedAddresses erased)
{
    /// <summary>
    /// What stays is a keyed hash of the address, which keeps it off later imports, and whether the reader had complained: so
    /// a suppression need not stay with the address in it. Safe to do twice.
    /// </summary>
    /// <returns>False where there is no such reader.</returns>
    public Task<bool> EraseAsync(long subscriberId, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            if (await SubscriberStore.FindAsync(session, subscriberId) is not { } reader)
            {
                return false;
            }

            if (EmailAddress.TryParse(reader.Address, out var address, out _))
            {
                await erased.AddAsync(session, address.Key,
                    complained: reader.Suppression is SuppressionReason.Complaint or SuppressionReason.Operator);
                await session.ExecuteAsync("DELETE FROM suppressions WHERE address_key = @Key", new { address.Key });
                await session.ExecuteAsync("DELETE FROM sign_up_requests WHERE address = @Value", new { address.Value });
            }

            // History, interests, opinions, changes of address and the record of mails go along.
            await session.ExecuteAsync("DELETE FROM subscribers WHERE id = @subscriberId", new { subscriberId });
            return true;
        }, cancellationToken);
}
