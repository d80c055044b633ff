using System.CommandLine;
using System.Diagnostics;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>
/// <c>claims</c>: two ways to hand out the ledger's rows to nodes. As it is done, a node claims the next ones and passes over
/// what others hold (SKIP LOCKED); or a digest is cut into ranges of rows, each a job of Quartz's cluster that asks for recovery.
/// </summary>
internal static class ClaimsBenchmark
{
    /// <summary>Rows of a shard.</summary>
    private const int Shard = 5000;

    private const int Jobs = 100;

    private static readonly int[] Batches = [100, 300, 1000];

    private static readonly int[] Claimers = [1, 4];

    private static readonly Option<int> Count = new("--readers") { DefaultValueFactory = _ => 40_000 };

    /// <summary>How the child process is started that dies amid its job.</summary>
    private static readonly Option<string?> Victim = new("--victim") { Hidden = true };

    public static Command Create()
    {
        var command = new Command("claims", "Handing out deliveries by SKIP LOCKED, and as shards that are Quartz jobs (--postgresql)")
        {
            Count, BenchmarkDatabase.Server, Victim,
        };
        command.SetAction((arguments, stop) => arguments.GetValue(Victim) is { } database
            ? ShardScheduler.BeginAndHangAsync(database, stop)
            : RunAsync(arguments.GetValue(Count), arguments.GetValue(BenchmarkDatabase.Server)
                ?? throw new InvalidOperationException("It needs --postgresql."), stop));
        return command;
    }

    private static async Task<int> RunAsync(int count, string server, CancellationToken stop)
    {
        foreach (var claimers in Claimers)
        {
            foreach (var batch in Batches)
            {
                await MeasureAsync($"SKIP LOCKED, {batch} a claim, {claimers} at once", count, batch, claimers, server,
                    async (database, _, claimer) =>
                    {
                        var claimed = await new Ledger(database, new DeliveryOptions(), TimeProvider.System)
                            .ClaimAsync($"node {claimer}", batch, stop);
                        return claimed.Count;
                    }, stop);
            }

            await MeasureAsync($"a shard of {Shard}, {claimers} at once", count, Shard, claimers, server,
                (database, shard, claimer) => TakeShardAsync(database, shard, claimer, stop), stop);
        }

        await MeasureJobsAsync(server, stop);
        return 0;
    }

    /// <summary>Marks a range of rows, and reads what is needed to compose them, as a claim does.</summary>
    private static Task<int> TakeShardAsync(Database database, int shard, int claimer, CancellationToken stop) =>
        database.WriteBesideAsync(async session =>
        {
            var readers = await session.QueryAsync<long>("""
                UPDATE deliveries
                SET claimed_by = @node, lease_until = @leaseUntil
                WHERE id BETWEEN (SELECT MIN(id) FROM deliveries) + @first AND (SELECT MIN(id) FROM deliveries) + @last
                  AND state IN ('queued', 'deferred') AND claimed_by IS NULL
                RETURNING subscriber_id, id, mailing_id, state, attempts, queued_at, expires_at, next_attempt_at
                """, new
            {
                node = $"node {claimer}", leaseUntil = DateTimeOffset.UtcNow, first = shard * Shard, last = (shard * Shard) + Shard - 1,
            });
            return (await SubscriberStore.FindAsync(session, database.Dialect, [.. readers])).Count;
        }, stop);

    /// <summary>Takes all of a new database's deliveries.</summary>
    /// <param name="take">Takes some, given the number of the take and of who takes, and says how many.</param>
    private static async Task MeasureAsync(
        string name, int count, int batch, int claimers, string server, Func<Database, int, int, Task<int>> take, CancellationToken stop)
    {
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        await ReaderCrowd.AddAsync(own.Database, count, DateTimeOffset.UtcNow, stop);
        await BenchmarkEdition.PublishAsync(own.Database, stop);
        var clock = TimeProvider.System;
        var ledger = new Ledger(own.Database, new DeliveryOptions(), clock);
        await new DigestPlanner(own.Database, new EditionStore(own.Database, clock), ledger, clock).PlanDueAsync(stop);
        await own.Database.ReadAsync(session => session.ExecuteAsync("VACUUM (ANALYZE) deliveries, subscribers"), stop);

        var (takes, taken, longest) = (-1, 0, 0L);
        var before = await PostgresUse.ReadAsync(own.Database, stop);
        var (start, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.WhenAll(Enumerable.Range(0, claimers).Select(claimer => Task.Run(async () =>
        {
            while (true)
            {
                var began = Stopwatch.GetTimestamp();
                var got = await take(own.Database, Interlocked.Increment(ref takes), claimer);
                if (got == 0)
                {
                    return;
                }

                Interlocked.Add(ref taken, got);
                InterlockedMax(ref longest, Stopwatch.GetElapsedTime(began).Ticks);
            }
        }, stop)));
        var time = Stopwatch.GetElapsedTime(start);
        processor = Environment.CpuUsage.TotalTime - processor;
        var used = await PostgresUse.ReadAsync(own.Database, stop) - before;
        if (taken != count)
        {
            throw new InvalidOperationException($"Of {count} deliveries {taken} were taken.");
        }

        Console.WriteLine($"{name}: {count / time.TotalSeconds:N0}/s, {time.TotalMilliseconds * claimers / Math.Ceiling((double)count / batch):N1} ms " +
            $"each, {TimeSpan.FromTicks(longest).TotalMilliseconds:N0} ms at most; a delivery: PostgreSQL {used.Processor.TotalMicroseconds / count:N1} us, " +
            $"program {processor.TotalMicroseconds / count:N1} us, log {(double)used.WalBytes / count:N0} bytes");
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    /// <summary>What a job costs that does nothing, and how long it takes until another scheduler has a dead one's.</summary>
    private static async Task MeasureJobsAsync(string server, CancellationToken stop)
    {
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        var connectionString = own.Options.ConnectionString;
        await using (var scheduler = await ShardScheduler.StartAsync(connectionString, "cost", stop))
        {
            await scheduler.RunAsync(1, stop);
            var before = await PostgresUse.ReadAsync(own.Database, stop);
            var (start, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            await scheduler.RunAsync(Jobs, stop);
            var time = Stopwatch.GetElapsedTime(start);
            processor = Environment.CpuUsage.TotalTime - processor;
            var used = await PostgresUse.ReadAsync(own.Database, stop) - before;
            Console.WriteLine($"a job of Quartz that does nothing: {time.TotalMilliseconds / Jobs:N1} ms, PostgreSQL " +
                $"{used.Processor.TotalMilliseconds / Jobs:N2} ms, program {processor.TotalMilliseconds / Jobs:N2} ms, " +
                $"{(double)used.Writes / Jobs:N1} transactions that write, log {(double)used.WalBytes / Jobs:N0} bytes");
        }

        using var victim = MeasuredProcess.Start(new ProcessStartInfo(
            "dotnet", [typeof(ClaimsBenchmark).Assembly.Location, "claims", "--victim", connectionString]));
        while (await victim.StandardOutput.ReadLineAsync(stop) is { } line && line != ShardScheduler.Begun)
        {
        }

        await using var heir = await ShardScheduler.StartAsync(connectionString, "recovery", stop);
        victim.Kill();
        var died = Stopwatch.GetTimestamp();
        await heir.RecoveredAsync(stop);
        Console.WriteLine($"the job of a scheduler that was killed is begun by another after {Stopwatch.GetElapsedTime(died).TotalSeconds:N1} s");
    }
}
