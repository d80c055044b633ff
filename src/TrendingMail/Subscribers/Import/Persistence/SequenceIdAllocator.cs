using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import.Persistence;

/// <summary>
/// Allocates ids from a table's PostgreSQL sequence in blocks sized by demand, so that few are wasted. Safe under
/// concurrency, since no two transactions get the same sequence value.
/// </summary>
/// <param name="waitUntilIdleAsync">Waits until the session can execute statements.</param>
internal sealed class SequenceIdAllocator(Session session, string table, Func<Task> waitUntilIdleAsync)
{
    private const int MinimumBlockSize = 16;

    private readonly Queue<long> available = new();
    private int allocated;

    /// <summary>
    /// Reserves as many ids as the next lines are likely to need: one per line, or as many as the last ones needed.
    /// </summary>
    public async Task ReserveAsync(int lines)
    {
        var expected = Math.Max(lines, allocated);
        allocated = 0;
        if (available.Count < expected)
        {
            await FetchAsync(expected - available.Count);
        }
    }

    public async ValueTask<long> NextAsync()
    {
        if (available.Count == 0)
        {
            await waitUntilIdleAsync();
            await FetchAsync(Math.Max(allocated, MinimumBlockSize));
        }

        allocated++;
        return available.Dequeue();
    }

    // MATERIALIZED: look up the sequence's name once, not for each id.
    private async Task FetchAsync(int count)
    {
        foreach (var id in await session.QueryAsync<long>("""
            WITH s AS MATERIALIZED (SELECT pg_get_serial_sequence(@table, 'id')::regclass AS sequence)
            SELECT nextval(s.sequence) FROM s, generate_series(1, @count)
            """, new { table, count }))
        {
            available.Enqueue(id);
        }
    }
}
