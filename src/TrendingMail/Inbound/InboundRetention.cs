using TrendingMail.Storage;

namespace TrendingMail.Inbound;

/// <summary>
/// Lets go of what came in long ago, and of what it led to. (The consent history stays with the reader.)
/// </summary>
public sealed class InboundRetention(Database database, InboundOptions options, TimeProvider clock)
{
    /// <summary>Rows a transaction: few enough that nobody waits for the database meanwhile.</summary>
    private const int Slice = 2000;

    /// <summary>Deletes what is older than <c>Inbound:KeepDays</c>.</summary>
    /// <returns>How many rows were deleted.</returns>
    public async Task<int> TidyAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow().AddDays(-options.KeepDays);
        return await DeleteAsync("""
            DELETE FROM inbound_events
            WHERE id IN (SELECT id FROM inbound_events WHERE at < @before ORDER BY id LIMIT @Slice)
            """, before, cancellationToken) + await DeleteAsync("""
            DELETE FROM inbound_messages
            WHERE id IN (SELECT id FROM inbound_messages WHERE received_at < @before ORDER BY received_at LIMIT @Slice)
            """, before, cancellationToken) + await DeleteAsync(
            "DELETE FROM inbound_answers WHERE answered_at < @before", before, cancellationToken);
    }

    private async Task<int> DeleteAsync(string sql, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var total = 0;
        int count;
        do
        {
            count = await database.WriteAsync(
                session => session.ExecuteAsync(sql, new { before, Slice }), cancellationToken);
            total += count;
        }
        while (count > 0);

        return total;
    }
}
