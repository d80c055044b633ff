using TrendingMail.SignUp.Abuse.Limiting;
using TrendingMail.SignUp.AccountLinks;
using TrendingMail.SignUp.AddressChanges;
using TrendingMail.Storage;
using TrendingMail.Storage.Writing;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Retention;

namespace TrendingMail.SignUp;

/// <summary>
/// The subscribers that <see cref="SignUpRetention"/> erased, and the address changes that it deleted.
/// </summary>
public sealed record SignUpRetentionReport(int Unsubscribed, int AddressChanges)
{
    public int Total => Unsubscribed + AddressChanges;
}

/// <summary>
/// Erases those who unsubscribed long ago, and deletes old address changes, requests for links, and rate limits whose
/// windows have passed; see <see cref="RetentionOptions"/>. Idempotent.
/// </summary>
public sealed class SignUpRetention(
    Database database, ErasureFlow erasure, RetentionOptions options, TimeProvider clock)
{
    public async Task<SignUpRetentionReport> DeleteExpiredAsync(CancellationToken cancellationToken)
    {
        await database.WriteConcurrentAsync(
            session => RateLimitStore.DeleteExpiredAsync(session, clock.GetUtcNow()), cancellationToken);
        await database.WriteConcurrentAsync(
            session => ConfirmationLimits.DeleteExpiredAsync(session, clock.GetUtcNow()), cancellationToken);
        await database.WriteConcurrentAsync(
            session => AccountLinkFlow.DeleteExpiredAsync(session, clock.GetUtcNow()), cancellationToken);
        return new SignUpRetentionReport(
            await EraseUnsubscribedAsync(cancellationToken), await DeleteAddressChangesAsync(cancellationToken));
    }

    private async Task<int> EraseUnsubscribedAsync(CancellationToken cancellationToken)
    {
        if (options.UnsubscribedDays == 0)
        {
            return 0;
        }

        var before = clock.GetUtcNow().AddDays(-options.UnsubscribedDays);
        var unsubscribed = await database.ReadAsync(
            session => SubscriberExpiry.ListUnsubscribedAsync(session, before), cancellationToken);
        foreach (var id in unsubscribed)
        {
            await erasure.EraseAsync(id, cancellationToken);
        }

        return unsubscribed.Count;
    }

    private async Task<int> DeleteAddressChangesAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow().AddDays(-options.AddressChangeDays);
        return options.AddressChangeDays == 0 ? 0 : await BatchedDeletion.RunAsync(
            database, session => AddressChangeStore.DeleteExpiredAsync(session, before, BatchedDeletion.BatchSize),
            cancellationToken);
    }
}
