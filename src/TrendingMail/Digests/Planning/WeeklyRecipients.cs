using TrendingMail.Delivery.Queue;
using TrendingMail.Storage;

namespace TrendingMail.Digests.Planning;

/// <summary>Subscribers who got a day's edition in a weekly digest before they changed to daily ones.</summary>
internal static class WeeklyRecipients
{
    /// <summary>Removes these subscribers from the recipients of a daily digest.</summary>
    public static async Task<IReadOnlyCollection<long>> ExcludeAsync(
        Session session, IDialect dialect, bool weekly, DateOnly day, IReadOnlyList<long> recipients)
    {
        var received = weekly ? [] : await session.QueryAsync<long>($"""
            SELECT d.subscriber_id
            FROM mailings m JOIN deliveries d ON d.mailing_id = m.id
            WHERE m.kind = 'weekly' AND m.key BETWEEN @day AND @last AND d.state NOT IN ('failed', 'skipped')
              AND d.subscriber_id IN (SELECT value FROM ({dialect.NumbersSql("@ids")}) AS recipients)
            """, new { day, last = LastDayOfWeek(day), ids = new NumberList(recipients) });
        return received.Count == 0 ? recipients : [.. recipients.Except(received)];
    }

    /// <summary>The weekly mailings that may have contained the edition.</summary>
    public static Task<IReadOnlyList<OpenMailing>> FindMailingsAsync(Session session, DateOnly day) =>
        session.QueryAsync<OpenMailing>(
        "SELECT id, first_delivery FROM mailings WHERE kind = 'weekly' AND key BETWEEN @day AND @last",
        new { day, last = LastDayOfWeek(day) });

    private static DateOnly LastDayOfWeek(DateOnly day) => day.AddDays(6);
}
