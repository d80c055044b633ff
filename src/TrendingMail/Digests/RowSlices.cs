using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>Reads a slice's readers and decides about each: for an engine that lies in this process.</summary>
internal sealed class RowSlices(IDialect dialect, Ledger ledger) : IDueSlices
{
    /// <summary>When readers of each rhythm are due next, as far as it is known.</summary>
    private readonly Dictionary<string, DateTimeOffset> rhythms = [];

    public async Task<DueSlice> PlanAsync(Session session, Edition? newest, DuePlace behind, DateTimeOffset now, int limit)
    {
        var due = await SubscriberStore.DueAsync(session, now, limit);
        if (due.Where(reader => reader.IsPaused).Select(reader => reader.Id).ToArray() is { Length: > 0 } paused)
        {
            await SubscriberStore.EndPausesAsync(session, dialect, paused);
        }

        await SubscriberStore.SetNextDueAsync(session, dialect, due.Select(reader => (reader.Id, NextDue(reader.Rhythm, now))));
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

    private DateTimeOffset NextDue(string rhythm, DateTimeOffset now)
    {
        if (!rhythms.TryGetValue(rhythm, out var next))
        {
            rhythms.Add(rhythm, next = DueReader.NextDue(rhythm, now));
        }

        return next;
    }
}
