using System.Text.Json;
using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>
/// Adds generated subscribers, always the same: spread over the world's time zones and send times, every tenth weekly.
/// </summary>
internal static class BenchmarkSubscribers
{
    private const int Batch = 100_000;

    private static readonly string[] Zones =
    [
        "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York",
        "America/Sao_Paulo", "Europe/London",
        "Europe/Berlin", "Europe/Athens", "Africa/Nairobi", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo",
        "Australia/Sydney", "Pacific/Auckland", "UTC",
    ];

    private static readonly string[] Domains =
        ["mail.example", "post.example", "inbox.example", "uni.example", "lab.example", "corp.example", "isp.example"];

    private static readonly string[] SendTimes =
        [.. Enumerable.Range(0, 28).Select(n => $"{5 + n % 7:00}:{n % 4 * 15:00}")];

    /// <summary>Adds active subscribers whose digest is due now.</summary>
    public static async Task AddAsync(Database database, int count, DateTimeOffset now, CancellationToken stop)
    {
        for (var first = 0; first < count; first += Batch)
        {
            await database.WriteAsync(session => session.ExecuteAsync("""
                WITH RECURSIVE numbers (n) AS (SELECT @first UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < @end)
                INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers,
                    format,
                    created_at, next_due_at)
                SELECT 'subscriber' || n || '@' || (JSON(@domains) ->> CAST(n % @domainCount AS INTEGER)),
                    'subscriber' || n || '@' || (JSON(@domains) ->> CAST(n % @domainCount AS INTEGER)),
                    'active', CASE WHEN n % 10 = 9 THEN 'weekly' WHEN n % 10 > 6 THEN 'weekdays' ELSE 'daily' END,
                    'monday',
                    JSON(@hours) ->> CAST(n % @hourCount AS INTEGER),
                    JSON(@zones) ->> CAST(n / 3 % @zoneCount AS INTEGER), 10, 'html', @now, @now
                FROM numbers
                """, new
            {
                first = (long)first,
                end = (long)Math.Min(first + Batch, count),
                domains = JsonSerializer.Serialize(Domains),
                domainCount = (long)Domains.Length,
                hours = JsonSerializer.Serialize(SendTimes),
                hourCount = (long)SendTimes.Length,
                zones = JsonSerializer.Serialize(Zones),
                zoneCount = (long)Zones.Length,
                now,
            }), stop);
        }
    }
}
