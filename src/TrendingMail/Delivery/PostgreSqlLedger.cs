using System.Globalization;
using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>
/// The ledger in a part for each month (UTC) in which mailings were made: to let go of a month is to drop two tables. An id has
/// the months since 2000 in its higher 32 bits, a number in the lower ones.
/// </summary>
internal sealed class PostgreSqlLedger(IDialect dialect) : ILedgerDialect
{
    private const int MonthShift = 32;

    private const string Part = "deliveries_";

    // A subquery that the planner cannot turn into a join: a join would read the whole part for some thousand readers. Who queues for
    // many holds these readers' rows, so that no other one does so meanwhile; and there is the part's constraint.
    public string QueueSql { get; } = $"""
        INSERT INTO deliveries (id, mailing_id, subscriber_id, priority, state, queued_at, expires_at, next_attempt_at)
        SELECT @firstDelivery + nextval('delivery_numbers'), @mailingId, value, @priority, 'queued', @now, @expiresAt, @now
        FROM ({dialect.NumbersSql("@ids")}) AS readers
        WHERE (SELECT 1 FROM subscribers s WHERE s.id = value) IS NOT NULL
          AND (SELECT 1 FROM deliveries d
               WHERE d.subscriber_id = value AND d.mailing_id = @mailingId
                 AND d.id BETWEEN @firstDelivery AND @firstDelivery + {uint.MaxValue}) IS NULL
        """;

    public long FirstDelivery(DateTimeOffset at) => Months(at.UtcDateTime) << MonthShift;

    public Task PrepareAsync(Session session, long firstDelivery) =>
        session.ExecuteAsync("SELECT make_ledger_month(@firstDelivery)", new { firstDelivery });

    public async Task<long> DropAsync(Database database, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var parts = await database.ReadAsync(session => session.QueryAsync<string>($"""
            SELECT c.relname
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'deliveries'::regclass
            ORDER BY 1
            """), cancellationToken);
        var dropped = 0L;
        foreach (var part in parts)
        {
            if (DateTime.TryParseExact(part.AsSpan(Part.Length), "yyyy_MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
                && Months(month) < Months(before.UtcDateTime))
            {
                dropped += await database.WriteAsync(session => DropAsync(session, part, before), cancellationToken);
            }
        }

        return dropped;
    }

    public long FirstKept(DateTimeOffset before) => FirstDelivery(before);

    private static long Months(DateTime at) => (at.Year - 2000) * 12L + at.Month - 1;

    private static async Task<long> DropAsync(Session session, string part, DateTimeOffset before)
    {
        // Who reads the other parts is not kept waiting for long; if need be it is done the next time.
        await session.ExecuteAsync("SET LOCAL lock_timeout = '3s'");
        var found = (await session.FirstOrDefaultAsync<Found>($"""
            SELECT COUNT(*) AS rows,
                COUNT(*) FILTER (WHERE queued_at >= @before OR state NOT IN ('sent', 'failed', 'skipped')) AS kept
            FROM {part}
            """, new { before }))!;
        if (found.Kept > 0)
        {
            return 0;
        }

        await session.ExecuteAsync($"DROP TABLE {part}, {part.Replace(Part, "delivery_events_", StringComparison.Ordinal)}");
        return found.Rows;
    }

    private sealed record Found
    {
        public required long Rows { get; init; }

        public required long Kept { get; init; }
    }
}
