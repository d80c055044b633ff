using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace TrendingMail.Delivery.Queue;

/// <summary>
/// Identifies this process in the delivery queue, and checks whether another process on this machine is still running.
/// </summary>
public static class ProcessId
{
    /// <summary>
    /// Seconds by which two readings of a process's start time may differ: the system computes it from the boot time.
    /// </summary>
    private const long StartTolerance = 3;

    public static string Current { get; } = Format(Process.GetCurrentProcess());

    /// <summary>
    /// Whether a process of this machine has certainly exited. Returns false for a process of another machine: its
    /// lease decides.
    /// </summary>
    public static bool HasExited(string processId)
    {
        var parts = processId.Split('/');
        if (parts.Length != 3 || parts[0] != Environment.MachineName)
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(int.Parse(parts[1], CultureInfo.InvariantCulture));
            var started = long.Parse(parts[2], CultureInfo.InvariantCulture);
            return Math.Abs(GetStartTime(process) - started) > StartTolerance;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    // Process ids repeat, as that of the first process in a container does; the start time makes the id unique.
    private static string Format(Process process) => string.Create(CultureInfo.InvariantCulture,
        $"{Environment.MachineName}/{process.Id}/{GetStartTime(process)}");

    private static long GetStartTime(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();
}
