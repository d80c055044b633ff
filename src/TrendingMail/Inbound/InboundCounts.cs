using TrendingMail.Inbound.Classification;
using TrendingMail.Storage;

namespace TrendingMail.Inbound;

/// <summary>Counts of inbound messages by kind and of the actions taken.</summary>
/// <param name="Kinds">Messages and provider events by kind; kinds that did not occur are 0.</param>
/// <param name="Actions">Actions on subscribers; actions that did not occur are 0.</param>
public sealed record InboundCounts(
    IReadOnlyDictionary<InboundKind, long> Kinds, IReadOnlyDictionary<InboundAction, long> Actions)
{
    public static async Task<InboundCounts> LoadSinceAsync(Session session, DateTimeOffset since) => new(
        ToCounts<InboundKind>(await session.QueryAsync<Row>("""
            SELECT kind AS name, COUNT(*) AS number FROM inbound_messages WHERE received_at >= @since GROUP BY kind
            """, new { since })),
        ToCounts<InboundAction>(await session.QueryAsync<Row>("""
            SELECT action AS name, COUNT(*) AS number FROM inbound_events WHERE at >= @since GROUP BY action
            """, new { since })));

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
