using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>What a PostgreSQL server on this machine has used since its start, whoever asked for it.</summary>
/// <param name="Backends">Processor time of the processes that serve connections.</param>
/// <param name="Background">Processor time of those that work for all: checkpointer, writers, autovacuum.</param>
/// <param name="Writes">Transactions that changed something.</param>
internal sealed record PostgresUse(TimeSpan Backends, TimeSpan Background, long Writes, long WalBytes, long WalSyncs)
{
    public TimeSpan Processor => Backends + Background;

    public static PostgresUse operator -(PostgresUse later, PostgresUse earlier) => new(
        later.Backends - earlier.Backends, later.Background - earlier.Background, later.Writes - earlier.Writes,
        later.WalBytes - earlier.WalBytes, later.WalSyncs - earlier.WalSyncs);

    public static async Task<PostgresUse> ReadAsync(Database database, CancellationToken stop)
    {
        // Transaction ids and log positions are true at once; the server's statistics are some seconds late.
        var counts = (await database.ReadAsync(session => session.FirstOrDefaultAsync<Counts>("""
            SELECT pg_backend_pid() AS backend,
                pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS transactions,
                pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS wal_bytes,
                (SELECT wal_sync FROM pg_stat_wal) AS wal_syncs
            """), stop))!;
        if (ProcStat.Of(counts.Backend) is not { } backend || ProcStat.Of(backend.Parent) is not { } postmaster
            || !ProcStat.TitleOf(postmaster.Id).Contains("postgres", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("What PostgreSQL uses can be seen only on its own machine.");
        }

        var (backends, background) = (postmaster.Processor + postmaster.Reaped, TimeSpan.Zero);
        foreach (var child in ProcStat.ChildrenOf(postmaster.Id))
        {
            // "postgres: checkpointer", but "postgres: USER DATABASE ADDRESS STATE".
            if (ProcStat.TitleOf(child.Id).Split(' ') is [_, "checkpointer" or "background" or "walwriter" or "autovacuum" or "logical", ..])
            {
                background += child.Processor;
            }
            else
            {
                backends += child.Processor;
            }
        }

        return new PostgresUse(backends, background, counts.Transactions, counts.WalBytes, counts.WalSyncs);
    }

    private sealed record Counts
    {
        public required int Backend { get; init; }

        public required long Transactions { get; init; }

        public required long WalBytes { get; init; }

        public required long WalSyncs { get; init; }
    }
}
