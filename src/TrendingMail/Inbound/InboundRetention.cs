using TrendingMail.Storage;

namespace TrendingMail.Inbound;

/// <summary>
/// Deletes old records of inbound messages and the actions taken. The consent history stays with the subscriber.
/// </summary>
public sealed class InboundRetention(Database database, InboundOptions options, TimeProvider clock)
{
    /// <summary>Rows per transaction: few enough not to block other writers noticeably.</summary>
    private const int BatchSize = 2000;

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

    private async Task<int> DeleteAsync(string sql, DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        var total = 0;
        int count;
        do
        {
            count = await database.WriteAsync(
                session => session.ExecuteAsync(sql, new { cutoff, BatchSize }), cancellationToken);
            total += count;
        }
        while (count > 0);

        return total;
    }
}
