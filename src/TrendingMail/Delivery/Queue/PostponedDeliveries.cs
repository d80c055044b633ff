using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Storage;

namespace TrendingMail.Delivery.Queue;

/// <summary>Deliveries that wait because no server had room for them while it is warmed up.</summary>
public sealed class PostponedDeliveries(
    Database database, WarmUpSchedule schedule, WarmUpStore store, TimeProvider clock)
{
    /// <summary>
    /// Makes as many of them ready as there is room for. Called when the program starts, because the settings may give
    /// more room than before: a cap was raised, a server was added or a warm-up was ended.
    /// </summary>
    /// <returns>The number of deliveries.</returns>
    public async Task<int> WakeAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var day = WarmUpSchedule.ToDay(now);
        if (!await store.HasPostponedAsync(day.AddDays(-DeliveryOptions.MaxGiveUpDays), cancellationToken)
            || await GetRoomAsync(day, cancellationToken) is not (> 0 and var room))
        {
            return 0;
        }

        return await database.WriteConcurrentAsync(session => session.ExecuteAsync($"""
            UPDATE deliveries
            SET next_attempt_at = @now
            WHERE id IN (SELECT id FROM deliveries
                         WHERE state IN ('queued', 'deferred') AND claimed_by IS NULL AND ended_at IS NULL
                           AND priority IN (0, 1) AND next_attempt_at > @now AND reply LIKE @pattern
                         ORDER BY next_attempt_at, id
                         LIMIT @room
                         {database.Dialect.SkipLocked})
            """, new { now, room, pattern = $"{WarmUpLimiter.PostponedReply}%" }), cancellationToken);
    }

    /// <summary>How many more messages all servers together may be handed today.</summary>
    private async Task<long> GetRoomAsync(DateOnly day, CancellationToken cancellationToken)
    {
        WarmUpPlan[] plans = [.. schedule.ActivePlans(day)];
        if (plans.Length == 0 || schedule.UnlimitedServers(day).Any())
        {
            return int.MaxValue;
        }

        var used = (await store.ListAsync(day, cancellationToken)).Where(row => row.Domain.Length == 0)
            .ToDictionary(row => row.Server, row => row.Digests + row.Notices);
        return plans.Sum(plan => Math.Max(0, plan.GetCap(day) - used.GetValueOrDefault(plan.Server)));
    }
}
