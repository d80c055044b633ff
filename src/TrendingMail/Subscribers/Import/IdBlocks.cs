using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>
/// Ids of PostgreSQL's sequence for a table, taken in blocks as large as what is asked for: few are lost where few are needed. They
/// are this transaction's own, whatever others take meanwhile.
/// </summary>
/// <param name="settleAsync">Waits until the session is free.</param>
internal sealed class IdBlocks(Session session, string table, Func<Task> settleAsync)
{
    private const int Fewest = 16;

    private readonly Queue<long> block = new();
    private int used;

    /// <summary>Takes as many ahead as may be asked for until the next time: the lines to come, or what those before have taken.</summary>
    public async Task ReserveAsync(int lines)
    {
        var expected = Math.Max(lines, used);
        used = 0;
        if (block.Count < expected)
        {
            await TakeAsync(expected - block.Count);
        }
    }

    public async ValueTask<long> NextAsync()
    {
        if (block.Count == 0)
        {
            await settleAsync();
            await TakeAsync(Math.Max(used, Fewest));
        }

        used++;
        return block.Dequeue();
    }

    // The sequence's name is looked up once, and not for each number.
    private async Task TakeAsync(int count)
    {
        foreach (var id in await session.QueryAsync<long>("""
            WITH s AS MATERIALIZED (SELECT pg_get_serial_sequence(@table, 'id')::regclass AS sequence)
            SELECT nextval(s.sequence) FROM s, generate_series(1, @count)
            """, new { table, count }))
        {
            block.Enqueue(id);
        }
    }
}
