using System.CommandLine;
using System.Diagnostics;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Benchmarks.Delivery.Nodes;

/// <summary>
/// <c>claims</c>: compares two ways to distribute deliveries over nodes. The program has nodes claim the next rows and
/// skip those locked by others (SKIP LOCKED); the alternative divides a digest into shards, each a recoverable Quartz
/// job.
/// </summary>
internal static class ClaimsBenchmark
{
    /// <summary>Rows per shard.</summary>
    private const int ShardSize = 5000;

    private const int Jobs = 100;

    private static readonly int[] Batches = [100, 300, 1000];

    private static readonly int[] Claimers = [1, 4];

    private static readonly Option<int> Count = new("--subscribers") { DefaultValueFactory = _ => 40_000 };

    /// <summary>Starts the child process that is killed during its job.</summary>
    private static readonly Option<string?> Victim = new("--victim") { Hidden = true };

    public static Command Create()
    {
        var command = new Command(
            "claims", "Distribute deliveries with SKIP LOCKED and as Quartz jobs (needs --postgresql)")
        {
            Count, BenchmarkDatabase.Server, Victim,
        };
        command.SetAction((arguments, stop) => arguments.GetValue(Victim) is { } database
            ? ShardScheduler.StartAndHangAsync(database, stop)
            : RunAsync(arguments.GetValue(Count), arguments.GetValue(BenchmarkDatabase.Server)
                ?? throw new InvalidOperationException("This benchmark needs --postgresql."), stop));
        return command;
    }

    private static async Task<int> RunAsync(int count, string server, CancellationToken stop)
    {
        foreach (var claimers in Claimers)
        {
            foreach (var batch in Batches)
            {
                await MeasureAsync(
                    $"SKIP LOCKED, {batch} per claim, {claimers} concurrent", count, batch, claimers, server,
                    async (benchmark, _, claimer) =>
                    {
                        var claimed = await benchmark.DeliveryQueue.ClaimAsync($"node {claimer}", batch, stop);
                        return claimed.Count;
                    }, stop);
            }

            await MeasureAsync($"shards of {ShardSize}, {claimers} concurrent", count, ShardSize, claimers, server,
                (benchmark, shard, claimer) => ClaimShardAsync(benchmark.Database, shard, claimer, stop), stop);
        }

        await MeasureJobsAsync(server, stop);
        return 0;
    }

    /// <summary>Claims a range of rows and reads what is needed to compose them.</summary>
    private static Task<int> ClaimShardAsync(Database database, int shard, int claimer, CancellationToken stop) =>
        database.WriteConcurrentAsync(async session =>
        {
            var subscriberIds = await session.QueryAsync<long>("""
                UPDATE deliveries
                SET claimed_by = @node, lease_until = @leaseUntil
                WHERE id BETWEEN (SELECT MIN(id) FROM deliveries) + @first AND (SELECT MIN(id) FROM deliveries) + @last
                  AND state IN ('queued', 'deferred') AND claimed_by IS NULL
                RETURNING subscriber_id, id, mailing_id, state, attempts, queued_at, expires_at, next_attempt_at
                """, new
            {
                node = $"node {claimer}", leaseUntil = DateTimeOffset.UtcNow, first = shard * ShardSize,
                last = (shard * ShardSize) + ShardSize - 1,
            });
            return (await SubscriberStore.FindAsync(session, database.Dialect, [.. subscriberIds])).Count;
        }, stop);

    /// <summary>Claims all deliveries of a new database.</summary>
    /// <param name="claim">Claims some, given the number of the claim and of the claimer, and returns how many.</param>
    private static async Task MeasureAsync(
        string name, int count, int batch, int claimers, string server,
        Func<BenchmarkDatabase, int, int, Task<int>> claim, CancellationToken stop)
    {
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        await BenchmarkSubscribers.AddAsync(own.Database, count, DateTimeOffset.UtcNow, stop);
        await BenchmarkEdition.PublishAsync(own.Database, stop);
        await own.Planner.PlanDueAsync(stop);
        await own.Database.ReadAsync(session => session.ExecuteAsync("VACUUM (ANALYZE) deliveries, subscribers"), stop);

        var (claimNumber, claimed, longest) = (-1, 0, 0L);
        var before = await PostgreSqlUsage.ReadAsync(own.Database, stop);
        var (start, cpuTime) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.WhenAll(Enumerable.Range(0, claimers).Select(claimer => Task.Run(async () =>
        {
            while (true)
            {
                var startedAt = Stopwatch.GetTimestamp();
                var claimedNow = await claim(own, Interlocked.Increment(ref claimNumber), claimer);
                if (claimedNow == 0)
                {
                    return;
                }

                Interlocked.Add(ref claimed, claimedNow);
                InterlockedMax(ref longest, Stopwatch.GetElapsedTime(startedAt).Ticks);
            }
        }, stop)));
        var time = Stopwatch.GetElapsedTime(start);
        cpuTime = Environment.CpuUsage.TotalTime - cpuTime;
        var used = await PostgreSqlUsage.ReadAsync(own.Database, stop) - before;
        if (claimed != count)
        {
            throw new InvalidOperationException($"Only {claimed} of {count} deliveries were claimed.");
        }

        Console.WriteLine($"{name}: {count / time.TotalSeconds:N0}/s, " +
            $"{time.TotalMilliseconds * claimers / Math.Ceiling((double)count / batch):N1} ms " +
            $"each, {TimeSpan.FromTicks(longest).TotalMilliseconds:N0} ms at most; per delivery: " +
            $"PostgreSQL {used.CpuTime.TotalMicroseconds / count:N1} us, " +
            $"claimers {cpuTime.TotalMicroseconds / count:N1} us, WAL {(double)used.WalBytes / count:N0} bytes");
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    /// <summary>
    /// Measures the cost of an empty job, and how long another scheduler takes to recover a killed one's job.
    /// </summary>
    private static async Task MeasureJobsAsync(string server, CancellationToken stop)
    {
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        var connectionString = own.Options.ConnectionString;
        await using (var scheduler = await ShardScheduler.StartAsync(connectionString, "cost", stop))
        {
            await scheduler.RunAsync(1, stop);
            var before = await PostgreSqlUsage.ReadAsync(own.Database, stop);
            var (start, cpuTime) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            await scheduler.RunAsync(Jobs, stop);
            var time = Stopwatch.GetElapsedTime(start);
            cpuTime = Environment.CpuUsage.TotalTime - cpuTime;
            var used = await PostgreSqlUsage.ReadAsync(own.Database, stop) - before;
            Console.WriteLine($"empty Quartz job: {time.TotalMilliseconds / Jobs:N1} ms, PostgreSQL " +
                $"{used.CpuTime.TotalMilliseconds / Jobs:N2} ms, scheduler {cpuTime.TotalMilliseconds / Jobs:N2} ms, " +
                $"{(double)used.WriteTransactions / Jobs:N1} write transactions, " +
                    $"WAL {(double)used.WalBytes / Jobs:N0} bytes");
        }

        using var victim = MeasuredProcess.Start(new ProcessStartInfo(
            "dotnet", [typeof(ClaimsBenchmark).Assembly.Location, "claims", "--victim", connectionString]));
        while (await victim.StandardOutput.ReadLineAsync(stop) is { } line && line != ShardScheduler.StartedMessage)
        {
        }

        await using var successor = await ShardScheduler.StartAsync(connectionString, "recovery", stop);
        victim.Kill();
        var killedAt = Stopwatch.GetTimestamp();
        await successor.WaitForRecoveryAsync(stop);
        Console.WriteLine("the job of a killed scheduler is restarted by another after " +
            $"{Stopwatch.GetElapsedTime(killedAt).TotalSeconds:N1} s");
    }
}
