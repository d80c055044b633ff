using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace TrendingMail.Delivery;

/// <summary>Names this process in the ledger, and tells of another on this machine whether it still lives.</summary>
public static class NodeId
{
    /// <summary>Seconds by which two readings of one process's start may differ: it is reckoned from the boot time.</summary>
    private const long StartTolerance = 3;

    public static string Own { get; } = Of(Process.GetCurrentProcess());

    /// <summary>
    /// Whether a process of this machine is gone for certain. One of another machine may be alive: its lease decides.
    /// </summary>
    public static bool IsGone(string node)
    {
        var parts = node.Split('/');
        if (parts.Length != 3 || parts[0] != Environment.MachineName)
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(int.Parse(parts[1], CultureInfo.InvariantCulture));
            var started = long.Parse(parts[2], CultureInfo.InvariantCulture);
            return Math.Abs(StartedAt(process) - started) > StartTolerance;
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

    // The start time tells a process from an earlier one that had the same id, as the first one in a container has.
    private static string Of(Process process) => string.Create(CultureInfo.InvariantCulture,
        $"{Environment.MachineName}/{process.Id}/{StartedAt(process)}");

    private static long StartedAt(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();
}
