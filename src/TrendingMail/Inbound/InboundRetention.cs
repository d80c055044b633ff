using TrendingMail.Storage;
using TrendingMail.Storage.Writing;

namespace TrendingMail.Inbound;

/// <summary>
/// Deletes old records of inbound messages and the actions taken. The consent history stays with the subscriber.
/// </summary>
public sealed class InboundRetention(Database database, InboundOptions options, TimeProvider clock)
{
    /// <summary>Deletes records older than <c>Inbound:RetentionDays</c>.</summary>
    /// <returns>The number of rows deleted.</returns>
    public async Task<int> DeleteExpiredAsync(CancellationToken cancellationToken)
    {
        var cutoff = clock.GetUtcNow().AddDays(-options.RetentionDays);
        return await DeleteAsync("""
            DELETE FROM inbound_events
            WHERE id IN (SELECT id FROM inbound_events WHERE at < @cutoff ORDER BY id LIMIT @BatchSize)
            """, cutoff, cancellationToken) + await DeleteAsync("""
            DELETE FROM inbound_messages
            WHERE id IN (
                SELECT id FROM inbound_messages WHERE received_at < @cutoff ORDER BY received_at LIMIT @BatchSize)
            """, cutoff, cancellationToken) + await DeleteAsync(
            "DELETE FROM auto_replies_sent WHERE replied_at < @cutoff", cutoff, cancellationToken);
    }

    private Task<int> DeleteAsync(string sql, DateTimeOffset cutoff, CancellationToken cancellationToken) =>
        BatchedDeletion.RunAsync(
            database, session => session.ExecuteAsync(sql, new { cutoff, BatchedDeletion.BatchSize }),
            cancellationToken);
}
