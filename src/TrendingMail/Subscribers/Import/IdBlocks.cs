using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>
/// Ids of PostgreSQL's sequence for a table, taken in blocks that grow with what is asked for: few are lost where few are needed.
/// They are this transaction's own, whatever others take meanwhile.
/// </summary>
/// <param name="settleAsync">Waits until the session is free.</param>
internal sealed class IdBlocks(Session session, string table, Func<Task> settleAsync)
{
    private const int First = 16;

    private const int Largest = 8192;

    private IReadOnlyList<long> block = [];
    private int next;

    public async ValueTask<long> NextAsync()
    {
        if (next == block.Count)
        {
            await settleAsync();
            block = await session.QueryAsync<long>("""
                SELECT nextval(pg_get_serial_sequence(@table, 'id')) FROM generate_series(1, @count)
                """, new { table, count = Math.Clamp(2 * block.Count, First, Largest) });
            next = 0;
        }

        return block[next++];
    }
}
