using System.Diagnostics;
using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>What several nodes took to send an edition, by part.</summary>
internal sealed record NodesMeasure
{
    /// <summary>What a node must have sent, of an even share: 15 % with four of them.</summary>
    private const double LeastOfEven = 0.6;

    public required int Count { get; init; }

    public required NodeFigures[] Nodes { get; init; }

    public required PostgresUse Server { get; init; }

    /// <summary>Of this process, which plans as the node does whose job fires, and asks how far it is.</summary>
    public required TimeSpan Planning { get; init; }

    /// <summary>Null where this process takes the mails.</summary>
    public required TimeSpan? Sink { get; init; }

    /// <summary>Of all processes on this machine, those that have nothing to do with it among them.</summary>
    public required TimeSpan Machine { get; init; }

    public required TimeSpan PlannedAfter { get; init; }

    public required SentTimes Times { get; init; }

    public bool IsShared => Nodes.Min(node => node.Sent) >= LeastOfEven * Count / Nodes.Length;

    /// <param name="plan">Queues the edition.</param>
    /// <param name="through">Ends when all of it is sent.</param>
    public static async Task<NodesMeasure> TakeAsync(
        Database database, List<NodeProcess> fleet, Process? sink, int count, Func<Task> plan, Func<Task> through,
        CancellationToken stop)
    {
        async Task<NodeFigures[]> ReadAsync() => await Task.WhenAll(fleet.Select(node => node.ReadAsync(stop)));
        var start = DateTimeOffset.UtcNow;
        var nodes = await ReadAsync();
        var server = await PostgresUse.ReadAsync(database, stop);
        var (own, taken, machine) = (Environment.CpuUsage.TotalTime, ProcessorOf(sink), ProcStat.OfMachine());
        await plan();
        var planned = DateTimeOffset.UtcNow;
        await through();
        return new NodesMeasure
        {
            Count = count,
            Planning = Environment.CpuUsage.TotalTime - own,
            Sink = ProcessorOf(sink) - taken,
            Machine = ProcStat.OfMachine() - machine,
            Nodes = [.. (await ReadAsync()).Zip(nodes, (after, before) => after - before)],
            Server = await PostgresUse.ReadAsync(database, stop) - server,
            PlannedAfter = planned - start,
            Times = await SentTimes.ReadAsync(database, start, stop),
        };
    }

    public void Print()
    {
        var program = TimeSpan.FromTicks(Nodes.Sum(node => node.Processor.Ticks));
        var all = program + Server.Processor + Planning + (Sink ?? TimeSpan.Zero);
        var seconds = (Times.Last - Times.First).TotalSeconds;
        var whole = Times.LastAfter.TotalSeconds;
        var commits = Nodes.Sum(node => node.Commits);
        double Each(TimeSpan time) => time.TotalMicroseconds / Count;
        Console.WriteLine($"{Count / seconds:N0} messages/s from the first to the last, " +
            $"{0.8 * Count / (Times.Ninetieth - Times.Tenth).TotalSeconds:N0} amid them; planned in {PlannedAfter.TotalSeconds:N1} s, " +
            $"the last sent after {Times.LastAfter.TotalSeconds:N1} s");
        Console.WriteLine($"shares {string.Join(", ", Nodes.Select(node => $"{node.Sent / Count:P1}"))}" +
            (IsShared ? "" : ": that is not shared"));
        Console.WriteLine($"us of CPU a message: program {Each(program):N0}, PostgreSQL {Each(Server.Processor):N0} (of which in the " +
            $"background {Each(Server.Background):N0}), {(Sink is { } sink
                ? $"planning {Each(Planning):N0}, sink {Each(sink):N0}"
                : $"planning and the server that counts {Each(Planning):N0}")}; " +
            $"{all.TotalSeconds / whole:N2} of {Environment.ProcessorCount} cores, others {(Machine - all).TotalSeconds / whole:N2}");
        Console.WriteLine($"a transaction of outcomes takes {1000 * Nodes.Sum(node => node.CommitSeconds) / commits:N2} ms for " +
            $"{Nodes.Sum(node => node.Entries) / commits:N1} entries, {commits / seconds:N0}/s; " +
            $"a dialogue takes {1000 * Nodes.Sum(node => node.ExchangeSeconds) / Count:N2} ms");
        Console.WriteLine($"a message: {(double)Server.Writes / Count:N3} transactions that write, " +
            $"{(double)Server.WalSyncs / Count:N3} flushes of the log, {(double)Server.WalBytes / Count:N0} bytes of log; " +
            $"{Times.LedgerBytes / Times.Rows:N0} bytes of ledger a delivery");
    }

    private static TimeSpan? ProcessorOf(Process? process)
    {
        process?.Refresh();
        return process?.TotalProcessorTime;
    }
}

/// <summary>When messages were sent, by what the ledger says, and how large it is.</summary>
internal sealed record SentTimes
{
    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Tenth { get; init; }

    public required DateTimeOffset Ninetieth { get; init; }

    public required DateTimeOffset Last { get; init; }

    public required double Rows { get; init; }

    /// <summary>With its indexes.</summary>
    public required double LedgerBytes { get; init; }

    public TimeSpan LastAfter => Last - Start;

    /// <param name="start">What ended before is not counted.</param>
    public static async Task<SentTimes> ReadAsync(Database database, DateTimeOffset start, CancellationToken stop) =>
        (await database.ReadAsync(session => session.FirstOrDefaultAsync<SentTimes>("""
            SELECT @start::bigint AS start, MIN(ended_at) AS first,
                PERCENTILE_DISC(0.1) WITHIN GROUP (ORDER BY ended_at) AS tenth,
                PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY ended_at) AS ninetieth, MAX(ended_at) AS last,
                (SELECT COUNT(*)::float FROM deliveries) AS rows,
                (pg_total_relation_size('deliveries') + COALESCE((SELECT SUM(pg_total_relation_size(inhrelid))
                                                                  FROM pg_inherits
                                                                  WHERE inhparent = 'deliveries'::regclass), 0))::float
                    AS ledger_bytes
            FROM deliveries
            WHERE ended_at >= @start
            """, new { start }), stop))!;
}
