using System.Diagnostics;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>What a process took.</summary>
internal sealed record Cost(TimeSpan Time, TimeSpan Processor, long PeakBytes, string Output)
{
    public double MicrosecondsEach(int count) => Processor.TotalMicroseconds / count;

    public double Rate(int count) => count / Time.TotalSeconds;
}

/// <summary>Runs other programs and sees what they take.</summary>
internal static class MeasuredProcess
{
    /// <summary>What a process used after the last look at it is not counted: at most this much.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>The start of a verb of our own program.</summary>
    public static ProcessStartInfo Worker(
        string folder, IEnumerable<KeyValuePair<string, string>> settings, params string[] verb)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "TrendingMail.Worker.dll"), .. verb])
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
    public static async Task<Cost> RunAsync(ProcessStartInfo start)
    {
        var began = Stopwatch.GetTimestamp();
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var (processor, peak) = (TimeSpan.Zero, 0L);
        while (!process.HasExited)
        {
            try
            {
                process.Refresh();
                processor = process.TotalProcessorTime;
                peak = Math.Max(peak, process.WorkingSet64);
            }
            catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has ended just now.
                break;
            }

            await Task.Delay(Interval);
        }

        await process.WaitForExitAsync();
        var time = Stopwatch.GetElapsedTime(began);
        return process.ExitCode == 0
            ? new Cost(time, processor, peak, await output)
            : throw new InvalidOperationException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {await output}{await errors}");
    }
}
