using System.Diagnostics;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>The resources that a process used, and its output.</summary>
internal sealed record ProcessCost(TimeSpan Time, TimeSpan CpuTime, long PeakBytes, string Output)
{
    public double MicrosecondsEach(int count) => CpuTime.TotalMicroseconds / count;

    public double Rate(int count) => count / Time.TotalSeconds;
}

/// <summary>Runs programs and measures their resource usage.</summary>
internal static class MeasuredProcess
{
    /// <summary>The sampling interval. CPU time used after the last sample is not counted.</summary>
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>The start information for a verb of our own program.</summary>
    public static ProcessStartInfo CreateStartInfo(
        string folder, IEnumerable<KeyValuePair<string, string>> settings, params string[] verb)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "trendingmail.dll"), .. verb])
        {
            WorkingDirectory = folder,
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        return start;
    }

    public static Process Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ProcessCost> RunAsync(ProcessStartInfo start)
    {
        var startedAt = Stopwatch.GetTimestamp();
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var (cpuTime, peak) = (TimeSpan.Zero, 0L);
        while (!process.HasExited)
        {
            try
            {
                process.Refresh();
                cpuTime = process.TotalProcessorTime;
                peak = Math.Max(peak, process.WorkingSet64);
            }
            catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // The process has just exited.
                break;
            }

            await Task.Delay(SampleInterval);
        }

        await process.WaitForExitAsync();
        var time = Stopwatch.GetElapsedTime(startedAt);
        return process.ExitCode == 0
            ? new ProcessCost(time, cpuTime, peak, await output)
            : throw new InvalidOperationException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)} exited with code {process.ExitCode}: " +
                $"{await output}{await errors}");
    }
}
