using System.Diagnostics;
using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Delivery.Nodes;

/// <summary>The resources that several nodes used to send an edition, by component.</summary>
internal sealed record NodesMeasurement
{
    /// <summary>The minimum a node must send, as a fraction of an even share: 15 % of all with four nodes.</summary>
    private const double MinimumShareFraction = 0.6;

    public required int Count { get; init; }

    public required NodeMetrics[] Nodes { get; init; }

    public required PostgreSqlUsage PostgreSql { get; init; }

    /// <summary>CPU time of this process, which plans in place of a node and polls the progress.</summary>
    public required TimeSpan Planning { get; init; }

    /// <summary>CPU time of smtp-sink; null if this process receives the mail.</summary>
    public required TimeSpan? Sink { get; init; }

    /// <summary>CPU time of all processes on this machine, including unrelated ones.</summary>
    public required TimeSpan Machine { get; init; }

    public required TimeSpan PlannedAfter { get; init; }

    public required SentTimes Times { get; init; }

    public bool IsBalanced => Nodes.Min(node => node.Sent) >= MinimumShareFraction * Count / Nodes.Length;

    /// <param name="plan">Queues the edition.</param>
    /// <param name="waitUntilSent">Completes when all of it is sent.</param>
    public static async Task<NodesMeasurement> MeasureAsync(
        Database database, List<NodeProcess> fleet, Process? sink, int count, Func<Task> plan, Func<Task> waitUntilSent,
        CancellationToken stop)
    {
        async Task<NodeMetrics[]> ReadAsync() => await Task.WhenAll(fleet.Select(node => node.ReadAsync(stop)));
        var start = DateTimeOffset.UtcNow;
        var nodes = await ReadAsync();
        var server = await PostgreSqlUsage.ReadAsync(database, stop);
        var (ownCpuTime, sinkCpuTime, machine) =
            (Environment.CpuUsage.TotalTime, GetCpuTime(sink), ProcStat.ReadMachineCpuTime());
        await plan();
        var planned = DateTimeOffset.UtcNow;
        await waitUntilSent();
        return new NodesMeasurement
        {
            Count = count,
            Planning = Environment.CpuUsage.TotalTime - ownCpuTime,
            Sink = GetCpuTime(sink) - sinkCpuTime,
            Machine = ProcStat.ReadMachineCpuTime() - machine,
            Nodes = [.. (await ReadAsync()).Zip(nodes, (after, before) => after - before)],
            PostgreSql = await PostgreSqlUsage.ReadAsync(database, stop) - server,
            PlannedAfter = planned - start,
            Times = await SentTimes.ReadAsync(database, start, stop),
        };
    }

    public void Print()
    {
        var program = TimeSpan.FromTicks(Nodes.Sum(node => node.CpuTime.Ticks));
        var all = program + PostgreSql.CpuTime + Planning + (Sink ?? TimeSpan.Zero);
        var seconds = (Times.Last - Times.First).TotalSeconds;
        var totalSeconds = Times.LastAfter.TotalSeconds;
        var commits = Nodes.Sum(node => node.Commits);
        double Each(TimeSpan time) => time.TotalMicroseconds / Count;
        Console.WriteLine($"{Count / seconds:N0} messages/s from first to last, " +
            $"{0.8 * Count / (Times.Ninetieth - Times.Tenth).TotalSeconds:N0} between p10 and p90; " +
            $"planned in {PlannedAfter.TotalSeconds:N1} s, the last sent after {Times.LastAfter.TotalSeconds:N1} s");
        Console.WriteLine($"shares {string.Join(", ", Nodes.Select(node => $"{node.Sent / Count:P1}"))}" +
            (IsBalanced ? "" : ": the load is not balanced"));
        Console.WriteLine(
            $"us of CPU per message: nodes {Each(program):N0}, PostgreSQL {Each(PostgreSql.CpuTime):N0} " +
            $"(background {Each(PostgreSql.Background):N0}), {(Sink is { } sink
                ? $"planning {Each(Planning):N0}, sink {Each(sink):N0}"
                : $"planning and counting SMTP server {Each(Planning):N0}")}; " +
            $"{all.TotalSeconds / totalSeconds:N2} of {Environment.ProcessorCount} cores, " +
            $"other processes {(Machine - all).TotalSeconds / totalSeconds:N2}");
        Console.WriteLine(
            $"a state transaction takes {1000 * Nodes.Sum(node => node.CommitSeconds) / commits:N2} ms for " +
            $"{Nodes.Sum(node => node.StateChanges) / commits:N1} changes, {commits / seconds:N0}/s; " +
            $"an SMTP dialogue takes {1000 * Nodes.Sum(node => node.ExchangeSeconds) / Count:N2} ms");
        Console.WriteLine($"per message: {(double)PostgreSql.WriteTransactions / Count:N3} write transactions, " +
            $"{(double)PostgreSql.WalSyncs / Count:N3} WAL flushes, {(double)PostgreSql.WalBytes / Count:N0} bytes of WAL; " +
            $"{Times.QueueBytes / Times.Rows:N0} bytes per row in the delivery queue");
    }

    private static TimeSpan? GetCpuTime(Process? process)
    {
        process?.Refresh();
        return process?.TotalProcessorTime;
    }
}

/// <summary>When messages were sent according to the delivery queue, and its size.</summary>
internal sealed record SentTimes
{
    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Tenth { get; init; }

    public required DateTimeOffset Ninetieth { get; init; }

    public required DateTimeOffset Last { get; init; }

    public required double Rows { get; init; }

    /// <summary>The size of the delivery queue including indexes.</summary>
    public required double QueueBytes { get; init; }

    public TimeSpan LastAfter => Last - Start;

    /// <param name="start">Deliveries that ended earlier are not counted.</param>
    public static async Task<SentTimes> ReadAsync(Database database, DateTimeOffset start, CancellationToken stop) =>
        (await database.ReadAsync(session => session.FirstOrDefaultAsync<SentTimes>("""
            SELECT @start::bigint AS start, MIN(ended_at) AS first,
                PERCENTILE_DISC(0.1) WITHIN GROUP (ORDER BY ended_at) AS tenth,
                PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY ended_at) AS ninetieth, MAX(ended_at) AS last,
                (SELECT COUNT(*)::float FROM deliveries) AS rows,
                (pg_total_relation_size('deliveries') + COALESCE((SELECT SUM(pg_total_relation_size(inhrelid))
                                                                  FROM pg_inherits
                                                                  WHERE inhparent = 'deliveries'::regclass), 0))::float
                    AS queue_bytes
            FROM deliveries
            WHERE ended_at >= @start
            """, new { start }), stop))!;
}
