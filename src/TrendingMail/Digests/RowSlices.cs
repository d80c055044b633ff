using System.Text.Json;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>Reads a slice's readers and decides about each: for SQLite, which lies in this process.</summary>
internal sealed class RowSlices(IDialect dialect, Ledger ledger) : IDueSlices
{
    /// <summary>When readers of each rhythm are due next, as far as it is known.</summary>
    private readonly Dictionary<string, DateTimeOffset> rhythms = [];

    public async Task<DueSlice> PlanAsync(Session session, Edition? newest, DuePlace behind, DateTimeOffset now, int limit)
    {
        var due = await SubscriberStore.DueAsync(session, now, limit);
        if (due.Where(reader => reader.IsPaused).Select(reader => reader.Id).ToArray() is { Length: > 0 } paused)
        {
            await EndPausesAsync(session, paused);
        }

        await SetNextDueAsync(session, due.Select(reader => (reader.Id, NextDue(reader.Rhythm, now))));
        var mailings = new List<(Mailing, IReadOnlyCollection<long>)>();
        if (newest is not null)
        {
            // A suppressed reader's time goes on: when the suppression is lifted, digests come again at the usual hour.
            foreach (var readers in due.Where(reader => !reader.IsSuppressed).GroupBy(reader => DueReader.IsWeekly(reader.Rhythm)))
            {
                mailings.Add((Digest.MailingOf(readers.Key, newest.Day),
                    await WeekReaders.WithoutAsync(session, dialect, readers.Key, newest.Day, [.. readers.Select(reader => reader.Id)])));
            }
        }

        return new DueSlice(due.Count, await ledger.QueueAsync(session, mailings), behind);
    }

    private Task<int> EndPausesAsync(Session session, IReadOnlyCollection<long> ids) => session.ExecuteAsync($"""
        UPDATE subscribers
        SET state = 'active', paused_until = NULL
        WHERE state = 'paused' AND id IN ({dialect.NumbersSql("@ids")})
        """, new { ids = new NumberList(ids) });

    private static Task<int> SetNextDueAsync(Session session, IEnumerable<(long Id, DateTimeOffset Due)> readers) => session.ExecuteAsync("""
        UPDATE subscribers
        SET next_due_at = due.instant
        FROM (SELECT value ->> 0 AS id, value ->> 1 AS instant FROM json_each(@pairs)) AS due
        WHERE subscribers.id = due.id
        """, new
    {
        pairs = JsonSerializer.Serialize(readers.Select(reader => (long[])[reader.Id, reader.Due.ToUnixTimeMilliseconds()])),
    });

    private DateTimeOffset NextDue(string rhythm, DateTimeOffset now)
    {
        if (!rhythms.TryGetValue(rhythm, out var next))
        {
            rhythms.Add(rhythm, next = DueReader.NextDue(rhythm, now));
        }

        return next;
    }
}
