using System.CommandLine;
using System.Diagnostics;
using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary><c>plan</c>: queues an edition for many subscribers who are all due at once.</summary>
internal static class PlanBenchmark
{
    private static readonly Option<int> Count = new("--subscribers")
    {
        Description = "Number of subscribers",
        DefaultValueFactory = _ => 1_000_000,
    };

    public static Command Create()
    {
        var command = new Command("plan", "Plan many deliveries, and measure how long other writers wait meanwhile")
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
        await BenchmarkSubscribers.AddAsync(database, count, clock.GetUtcNow(), stop);
        await BenchmarkEdition.PublishAsync(database, stop);
        var planner = own.Planner;

        for (var round = 1; round <= 2; round++)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var waits = Task.Run(() => MeasureWaitsAsync(database, end.Token), stop);
            var start = Stopwatch.GetTimestamp();
            var cpuTime = Environment.CpuUsage.TotalTime;
            var plan = await planner.PlanDueAsync(stop);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            cpuTime = Environment.CpuUsage.TotalTime - cpuTime;
            await end.CancelAsync();
            var longest = await waits;
            Console.WriteLine($"{plan.Queued:N0} of {plan.Due:N0} due queued in {seconds:N1} s " +
                $"({cpuTime.TotalSeconds:N1} s of CPU); " +
                $"other writers waited {longest.TotalMilliseconds:N0} ms at most; " +
                $"working set {Environment.WorkingSet / 1e6:N0} MB");

            // The second round plans again for subscribers who already have the edition: all are checked, none queued.
            await database.WriteAsync(session => session.ExecuteAsync(
                "UPDATE subscribers SET next_due_at = @now", new { now = clock.GetUtcNow() }), stop);
        }

        var day = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-1);
        var startedAt = Stopwatch.GetTimestamp();
        var edition = await planner.PlanEditionAsync(day, onlyAddress: null, stop);
        Console.WriteLine($"{edition.Queued:N0} of one edition queued, regardless of send time, in " +
            $"{Stopwatch.GetElapsedTime(startedAt).TotalSeconds:N1} s");
        return 0;
    }

    /// <summary>Measures how long a small write transaction takes at most.</summary>
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
