using System.Globalization;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>A process's CPU usage as reported by Linux (/proc/PID/stat, see proc(5)).</summary>
/// <param name="CpuTime">CPU time of the process itself.</param>
/// <param name="ChildrenCpuTime">CPU time of its terminated children that it has waited for.</param>
internal sealed record ProcStat(int Id, int Parent, TimeSpan CpuTime, TimeSpan ChildrenCpuTime)
{
    /// <summary>Linux reports CPU times in units of USER_HZ, which is always 100 per second.</summary>
    private const long TicksPerJiffy = TimeSpan.TicksPerSecond / 100;

    /// <summary>Reads a process; null if it does not exist.</summary>
    public static ProcStat? Read(int id)
    {
        try
        {
            // The name is in parentheses and may contain spaces; the fields after it are numbered from 3.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return new ProcStat(id, (int)Field(4), new((Field(14) + Field(15)) * TicksPerJiffy),
                new((Field(16) + Field(17)) * TicksPerJiffy));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>CPU time of all processes since boot.</summary>
    public static TimeSpan ReadMachineCpuTime()
    {
        // cpu user nice system idle iowait irq softirq ...
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(new[] { 1, 2, 3, 6,
            7 }.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture)) * TicksPerJiffy);
    }

    public static IEnumerable<ProcStat> ReadChildren(int parent) =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where name.All(char.IsAsciiDigit)
        let process = Read(int.Parse(name, CultureInfo.InvariantCulture))
        where process?.Parent == parent
        select process;

    /// <summary>A process's command line, which some programs rewrite as a status; empty if it has ended.</summary>
    public static string ReadCommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ').Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
