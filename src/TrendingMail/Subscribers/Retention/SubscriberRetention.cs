using TrendingMail.Storage;
using TrendingMail.Storage.Writing;
using TrendingMail.Subscribers.Import.Persistence;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Subscribers.Retention;

/// <summary>The rows that <see cref="SubscriberRetention"/> deleted or anonymized.</summary>
public sealed record SubscriberRetentionReport(int Pending, int Networks, int Feedback, int Imports)
{
    public int Total => Pending + Networks + Feedback + Imports;
}

/// <summary>
/// Deletes what <see cref="RetentionOptions"/> says of sign-ups that were never confirmed, client networks, feedback
/// and interrupted imports. Idempotent.
/// </summary>
public sealed class SubscriberRetention(Database database, RetentionOptions options, TimeProvider clock)
{
    /// <summary>An import interrupted longer ago than this is not resumed.</summary>
    private const int ImportDays = 30;

    public async Task<SubscriberRetentionReport> DeleteExpiredAsync(CancellationToken cancellationToken) => new(
        await RunAsync(options.PendingDays, SubscriberExpiry.DeletePendingAsync, cancellationToken),
        await RunAsync(options.ConsentNetworkDays, SubscriberExpiry.AnonymizeConsentAsync, cancellationToken),
        await RunAsync(options.FeedbackDays, FeedbackStore.DeleteExpiredAsync, cancellationToken),
        await RunAsync(ImportDays, (session, before, _) =>
            ImportPositionStore.DeleteExpiredAsync(session, before), cancellationToken));

    /// <param name="days">0 to keep forever.</param>
    private async Task<int> RunAsync(
        int days, Func<Session, DateTimeOffset, int, Task<int>> deleteAsync, CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow().AddDays(-days);
        return days == 0 ? 0 : await BatchedDeletion.RunAsync(
            database, session => deleteAsync(session, before, BatchedDeletion.BatchSize), cancellationToken);
    }
}
