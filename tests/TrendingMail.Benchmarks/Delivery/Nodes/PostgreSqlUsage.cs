using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Delivery.Nodes;

/// <summary>Cumulative resource usage of the PostgreSQL server on this machine, by all clients.</summary>
/// <param name="Backends">CPU time of the backend processes, which serve connections.</param>
/// <param name="Background">CPU time of the background processes: checkpointer, writers, autovacuum.</param>
/// <param name="WriteTransactions">Number of transactions that wrote something.</param>
internal sealed record PostgreSqlUsage(
    TimeSpan Backends, TimeSpan Background, long WriteTransactions, long WalBytes, long WalSyncs)
{
    public TimeSpan CpuTime => Backends + Background;

    public static PostgreSqlUsage operator -(PostgreSqlUsage later, PostgreSqlUsage earlier) => new(
        later.Backends - earlier.Backends, later.Background - earlier.Background,
        later.WriteTransactions - earlier.WriteTransactions,
        later.WalBytes - earlier.WalBytes, later.WalSyncs - earlier.WalSyncs);

    public static async Task<PostgreSqlUsage> ReadAsync(Database database, CancellationToken stop)
    {
        // Transaction ids and WAL positions are current; the server's statistics views lag by some seconds.
        var counts = (await database.ReadAsync(session => session.FirstOrDefaultAsync<Counts>("""
            SELECT pg_backend_pid() AS backend,
                pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS transactions,
                pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS wal_bytes,
                (SELECT wal_sync FROM pg_stat_wal) AS wal_syncs
            """), stop))!;
        if (ProcStat.Read(counts.Backend) is not { } backend || ProcStat.Read(backend.Parent) is not { } postmaster
            || !ProcStat.ReadCommandLine(postmaster.Id).Contains("postgres", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(
                "PostgreSQL's resource usage can be measured only on the machine it runs on.");
        }

        var (backends, background) = (postmaster.CpuTime + postmaster.ChildrenCpuTime, TimeSpan.Zero);
        foreach (var child in ProcStat.ReadChildren(postmaster.Id))
        {
            // "postgres: checkpointer", but "postgres: USER DATABASE ADDRESS STATE".
            if (ProcStat.ReadCommandLine(child.Id)
                .Split(' ') is [_, "checkpointer" or "background" or "walwriter" or "autovacuum" or "logical", ..])
            {
                background += child.CpuTime;
            }
            else
            {
                backends += child.CpuTime;
            }
        }

        return new PostgreSqlUsage(backends, background, counts.Transactions, counts.WalBytes, counts.WalSyncs);
    }

    private sealed record Counts
    {
        public required int Backend { get; init; }

        public required long Transactions { get; init; }

        public required long WalBytes { get; init; }

        public required long WalSyncs { get; init; }
    }
}
