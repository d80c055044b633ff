using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Schedules;

/// <summary>
/// Reschedules subscribers whom a wrong clock has moved into the future: after a clock was set ahead and back, they
/// would get no digest until that time comes again.
/// </summary>
public sealed class SubscriberSchedules(Database database, TimeProvider clock)
{
    /// <summary>More than the days from now to anyone's next digest, apart from pauses.</summary>
    private const int MaximumDays = 9;

    /// <summary>Subscribers rescheduled in one transaction.</summary>
    private const int BatchSize = 1000;

    /// <summary>Reschedules the subscribers whose next digest is due too far ahead.</summary>
    /// <returns>The number of subscribers rescheduled.</returns>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async Task<int> RepairAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        while (await HasAnyAsync(cancellationToken))
        {
            total += await database.WriteAsync(RepairBatchAsync, cancellationToken);
        }

        return total;
    }

    private Task<bool> HasAnyAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.SingleAsync<bool>("""
            SELECT EXISTS (SELECT 1 FROM subscribers WHERE next_due_at > @limit AND state = 'active')
            """, new { limit = Limit }), cancellationToken);

    private async Task<int> RepairBatchAsync(Session session)
    {
        var rows = await session.QueryAsync<Row>($"""
            SELECT id, {ScheduleText.Sql} AS schedule
            FROM subscribers
            WHERE next_due_at > @limit AND state = 'active'
            ORDER BY next_due_at
            LIMIT @BatchSize
            {database.Dialect.LockRows}
            """, new { limit = Limit, BatchSize });
        var now = clock.GetUtcNow();
        foreach (var schedule in rows.GroupBy(row => row.Schedule, row => row.Id))
        {
            await session.ExecuteAsync($"""
                UPDATE subscribers SET next_due_at = @next WHERE id IN ({database.Dialect.NumbersSql("@ids")})
                """, new
            {
                next = DueTime.Next(ScheduleText.Parse(schedule.Key), pausedUntil: null, now),
                ids = new NumberList([.. schedule]),
            });
        }

        return rows.Count;
    }

    private DateTimeOffset Limit => clock.GetUtcNow().AddDays(MaximumDays);

    private sealed record Row
    {
        public required long Id { get; init; }

        public required string Schedule { get; init; }
    }
}
