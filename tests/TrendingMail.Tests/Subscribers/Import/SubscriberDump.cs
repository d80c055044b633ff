using TrendingMail.Storage;

namespace TrendingMail.Tests.Subscribers.Import;

/// <summary>
/// Dumps all subscribers as comparable text, without ids and values that depend on the time of an import.
/// </summary>
internal static class SubscriberDump
{
    public static Task<string> CreateAsync(Database database, CancellationToken cancellationToken) =>
        database.ReadAsync(
        async session => string.Join('\n',
        [
            .. (await session.QueryAsync<dynamic>("""
                SELECT address, address_key, state, frequency, weekday, send_at, time_zone, papers, format, language,
                    profile,
                    paused_until, created_at
                FROM subscribers ORDER BY address_key
                """)).Select(row => (string)row.ToString()),
            .. (await session.QueryAsync<dynamic>("""
                SELECT s.address_key, i.kind, i.key, i.value, i.weight
                FROM interests i JOIN subscribers s ON s.id = i.subscriber_id ORDER BY 1, 2, 3
                """)).Select(row => (string)row.ToString()),
            .. (await session.QueryAsync<dynamic>("""
                SELECT s.address_key, e.kind, e.at, e.origin, e.network, e.text
                FROM consent_events e JOIN subscribers s ON s.id = e.subscriber_id ORDER BY s.address_key, e.id
                """)).Select(row => (string)row.ToString()),
            .. (await session.QueryAsync<dynamic>(
                "SELECT address, address_key, reason, detail, suppressed_at FROM suppressions ORDER BY " +
                "2")).Select(row => (string)row.ToString()),
        ]), cancellationToken);
}
