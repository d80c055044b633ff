using System.CommandLine;
using System.Diagnostics;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary><c>plan</c>: queues an edition for many readers who are all due at once.</summary>
internal static class PlanBenchmark
{
    private static readonly Option<int> Count = new("--readers")
    {
        Description = "How many readers",
        DefaultValueFactory = _ => 1_000_000,
    };

    public static Command Create()
    {
        var command = new Command("plan", "Planning many deliveries, and how long claims and outcomes wait meanwhile")
        {
            Count, BenchmarkDatabase.Server,
        };
        command.SetAction((arguments, stop) => RunAsync(
            arguments.GetValue(Count), arguments.GetValue(BenchmarkDatabase.Server), stop));
        return command;
    }

    private static async Task<int> RunAsync(int count, string? server, CancellationToken stop)
    {
        var clock = TimeProvider.System;
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        var database = own.Database;
        await ReaderCrowd.AddAsync(database, count, clock.GetUtcNow(), stop);
        await BenchmarkEdition.PublishAsync(database, stop);
        var ledger = new Ledger(database, new DeliveryOptions(), clock);
        var planner = new DigestPlanner(database, new EditionStore(database, clock), ledger, clock);

        for (var round = 1; round <= 2; round++)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var waits = Task.Run(() => MeasureWaitsAsync(database, end.Token), stop);
            var start = Stopwatch.GetTimestamp();
            var processor = Environment.CpuUsage.TotalTime;
            var plan = await planner.PlanDueAsync(stop);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            processor = Environment.CpuUsage.TotalTime - processor;
            await end.CancelAsync();
            var longest = await waits;
            Console.WriteLine($"{plan.Queued:N0} of {plan.Due:N0} queued in {seconds:N1} s " +
                $"({processor.TotalSeconds:N1} s of CPU); a writer waited {longest.TotalMilliseconds:N0} ms at most; " +
                $"working set {Environment.WorkingSet / 1e6:N0} MB");

            // Once more for the readers who have the edition already: nothing is new, and all are looked at again.
            await database.WriteAsync(session => session.ExecuteAsync(
                "UPDATE subscribers SET next_due_at = @now", new { now = clock.GetUtcNow() }), stop);
        }

        var day = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-1);
        var began = Stopwatch.GetTimestamp();
        var edition = await planner.PlanEditionAsync(day, only: null, stop);
        Console.WriteLine($"{edition.Queued:N0} queued of one edition, whatever the hour, in " +
            $"{Stopwatch.GetElapsedTime(began).TotalSeconds:N1} s");
        return 0;
    }

    /// <summary>How long a small transaction had to wait for its turn at most.</summary>
    private static async Task<TimeSpan> MeasureWaitsAsync(Database database, CancellationToken end)
    {
        var longest = TimeSpan.Zero;
        while (!end.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            await database.WriteAsync(
                session => session.ExecuteAsync("UPDATE mailings SET created_at = created_at"), CancellationToken.None);
            var waited = Stopwatch.GetElapsedTime(start);
            longest = waited > longest ? waited : longest;
            await Task.Delay(20, CancellationToken.None);
        }

        return longest;
    }
}
