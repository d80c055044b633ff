using System.Diagnostics;

namespace TrendingMail.Benchmarks.Subscribers;

/// <summary>Measures several rounds.</summary>
internal static class Timings
{
    /// <summary>Returns the milliseconds of each round, sorted, after one warm-up round.</summary>
    public static async Task<double[]> TimeAsync(int rounds, Func<Task> work)
    {
        var times = new double[rounds];
        for (var round = -1; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await work();
            if (round >= 0)
            {
                times[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        Array.Sort(times);
        return times;
    }

    public static string Format(double[] sorted) =>
        $"median {sorted[sorted.Length / 2]:N1} ms ({sorted[0]:N1} to {sorted[^1]:N1}, {sorted.Length} rounds)";
}
