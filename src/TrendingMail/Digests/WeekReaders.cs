using TrendingMail.Delivery;
using TrendingMail.Storage;

namespace TrendingMail.Digests;

/// <summary>Readers who had a day's edition in a week's digest, before they went over to daily ones.</summary>
internal static class WeekReaders
{
    /// <summary>Of the readers of a digest those who have not had it so.</summary>
    public static async Task<IReadOnlyCollection<long>> WithoutAsync(
        Session session, IDialect dialect, bool weekly, DateOnly day, IReadOnlyList<long> readers)
    {
        var had = weekly ? [] : await session.QueryAsync<long>($"""
            SELECT d.subscriber_id
            FROM mailings m JOIN deliveries d ON d.mailing_id = m.id
            WHERE m.kind = 'weekly' AND m.key BETWEEN @day AND @last AND d.state NOT IN ('failed', 'skipped')
              AND d.subscriber_id IN (SELECT value FROM ({dialect.NumbersSql("@ids")}) AS readers)
            """, new { day, last = Last(day), ids = new NumberList(readers) });
        return had.Count == 0 ? readers : [.. readers.Except(had)];
    }

    /// <summary>The mailings by which they may have had it.</summary>
    public static Task<IReadOnlyList<OpenMailing>> MailingsAsync(Session session, DateOnly day) => session.QueryAsync<OpenMailing>(
        "SELECT id, first_delivery FROM mailings WHERE kind = 'weekly' AND key BETWEEN @day AND @last", new { day, last = Last(day) });

    private static DateOnly Last(DateOnly day) => day.AddDays(6);
}
