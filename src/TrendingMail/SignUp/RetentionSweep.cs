using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>How many rows were forgotten.</summary>
public sealed record RetentionReport(int Pending, int Left, int Networks, int Feedback, int AddressChanges, int Imports)
{
    public int Total => Pending + Left + Networks + Feedback + AddressChanges + Imports;
}

/// <summary>
/// Forgets what has been kept as long as <see cref="RetentionOptions"/> says. Safe to do twice. (The ledger has its own time:
/// <c>Delivery:KeepDays</c>.)
/// </summary>
public sealed class RetentionSweep(Database database, ErasureFlow erasure, RetentionOptions options, TimeProvider clock)
{
    /// <summary>Few enough that nobody waits for the database meanwhile.</summary>
    private const int Batch = 2_000;

    /// <summary>An import that was broken off so long ago is not gone on with.</summary>
    private const int ImportDays = 30;

    public async Task<RetentionReport> RunAsync(CancellationToken cancellationToken)
    {
        await database.WriteBesideAsync(session => LimitBook.ForgetAsync(session, clock.GetUtcNow()), cancellationToken);
        return await ForgetAllAsync(cancellationToken);
    }

    private async Task<RetentionReport> ForgetAllAsync(CancellationToken cancellationToken) => new(
        await ForgetAsync(options.PendingDays, """
            DELETE FROM subscribers
            WHERE id IN (SELECT id FROM subscribers s
                         WHERE state = 'pending' AND created_at < @before
                           AND NOT EXISTS (SELECT 1 FROM consent_events e WHERE e.subscriber_id = s.id AND e.at >= @before)
                         LIMIT @Batch)
            """, cancellationToken),
        await EraseLeftAsync(cancellationToken),
        await ForgetAsync(options.NetworkDays, """
            UPDATE consent_events SET network = NULL
            WHERE id IN (SELECT id FROM consent_events WHERE network IS NOT NULL AND at < @before LIMIT @Batch)
            """, cancellationToken),
        await ForgetAsync(options.FeedbackDays,
            "DELETE FROM feedback WHERE id IN (SELECT id FROM feedback WHERE at < @before LIMIT @Batch)", cancellationToken),
        await ForgetAsync(options.AddressChangeDays, """
            DELETE FROM address_changes WHERE id IN (SELECT id FROM address_changes WHERE asked_at < @before LIMIT @Batch)
            """, cancellationToken),
        await ForgetAsync(ImportDays, "DELETE FROM imports WHERE updated_at < @before", cancellationToken));

    /// <param name="days">0 for ever.</param>
    private async Task<int> ForgetAsync(int days, string sql, CancellationToken cancellationToken)
    {
        var total = 0;
        for (int count; days > 0; total += count)
        {
            count = await database.WriteAsync(
                session => session.ExecuteAsync(sql, new { before = Before(days), Batch }), cancellationToken);
            if (count == 0)
            {
                break;
            }
        }

        return total;
    }

    private async Task<int> EraseLeftAsync(CancellationToken cancellationToken)
    {
        if (options.LeftDays == 0)
        {
            return 0;
        }

        var left = await database.ReadAsync(session => session.QueryAsync<long>("""
            SELECT id
            FROM subscribers s
            WHERE state = 'unsubscribed' AND created_at < @before
              AND NOT EXISTS (SELECT 1 FROM consent_events e WHERE e.subscriber_id = s.id AND e.at >= @before)
            """, new { before = Before(options.LeftDays) }), cancellationToken);
        foreach (var id in left)
        {
            await erasure.EraseAsync(id, cancellationToken);
        }

        return left.Count;
    }

    private DateTimeOffset Before(int days) => clock.GetUtcNow().AddDays(-days);
}
