using TrendingMail.Inbound.Classification;
using TrendingMail.Storage;

namespace TrendingMail.Inbound;

/// <summary>Counts of inbound messages by kind and of the actions taken.</summary>
/// <param name="Kinds">Messages and provider events by kind; kinds that did not occur are 0.</param>
/// <param name="Actions">Actions on subscribers; actions that did not occur are 0.</param>
/// <param name="Days">The number of days counted, up to now.</param>
public sealed record InboundCounts(
    IReadOnlyDictionary<InboundKind, long> Kinds, IReadOnlyDictionary<InboundAction, long> Actions, int Days);

/// <summary>Reports what came by mail and by webhook, and what was done about it.</summary>
public sealed class InboundReport(Database database, TimeProvider clock)
{
    private const int MaximumDays = 3650;

    /// <param name="days">The number of days to count, at least 1 and at most ten years.</param>
    public Task<InboundCounts> CountAsync(int days, CancellationToken cancellationToken)
    {
        var counted = Math.Clamp(days, 1, MaximumDays);
        var since = clock.GetUtcNow().AddDays(-counted);
        return database.ReadAsync(session => CountAsync(session, counted, since), cancellationToken);
    }

    private static async Task<InboundCounts> CountAsync(Session session, int days, DateTimeOffset since) => new(
        ToCounts<InboundKind>(await session.QueryAsync<Row>("""
            SELECT kind AS name, COUNT(*) AS number FROM inbound_messages WHERE received_at >= @since GROUP BY kind
            """, new { since })),
        ToCounts<InboundAction>(await session.QueryAsync<Row>("""
            SELECT action AS name, COUNT(*) AS number FROM inbound_events WHERE at >= @since GROUP BY action
            """, new { since })),
        days);

    private static Dictionary<T, long> ToCounts<T>(IReadOnlyList<Row> rows)
        where T : struct, Enum
    {
        var counts = rows.ToDictionary(row => ColumnTypes.FromColumn<T>(row.Name), row => row.Number);
        return Enum.GetValues<T>().ToDictionary(value => value, value => counts.GetValueOrDefault(value));
    }

    private sealed record Row
    {
        public required string Name { get; init; }

        public required long Number { get; init; }
    }
}
