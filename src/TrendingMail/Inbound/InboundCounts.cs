using TrendingMail.Storage;

namespace TrendingMail.Inbound;

/// <summary>How much came in, by what it was, and what it led to.</summary>
/// <param name="Kinds">Mails and events, each kind with its number, those that never came with 0.</param>
/// <param name="Actions">What was done about readers.</param>
public sealed record InboundCounts(
    IReadOnlyDictionary<InboundKind, long> Kinds, IReadOnlyDictionary<Consequence, long> Actions)
{
    public static async Task<InboundCounts> SinceAsync(Session session, DateTimeOffset since) => new(
        Of<InboundKind>(await session.QueryAsync<Row>("""
            SELECT kind AS name, COUNT(*) AS number FROM inbound_messages WHERE received_at >= @since GROUP BY kind
            """, new { since })),
        Of<Consequence>(await session.QueryAsync<Row>("""
            SELECT action AS name, COUNT(*) AS number FROM inbound_events WHERE at >= @since GROUP BY action
            """, new { since })));

    private static Dictionary<T, long> Of<T>(IReadOnlyList<Row> rows)
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
