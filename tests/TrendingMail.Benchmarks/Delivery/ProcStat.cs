using System.Globalization;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>What Linux tells of a process (proc(5), /proc/PID/stat).</summary>
/// <param name="Processor">What it has used itself.</param>
/// <param name="Reaped">What those of its children used that have ended.</param>
internal sealed record ProcStat(int Id, int Parent, TimeSpan Processor, TimeSpan Reaped)
{
    /// <summary>Linux tells times in these, whatever its own clock is set to.</summary>
    private const long TicksEach = TimeSpan.TicksPerSecond / 100;

    /// <summary>Null where there is no such process (any more).</summary>
    public static ProcStat? Of(int id)
    {
        try
        {
            // The name stands in parentheses and may hold spaces; the fields behind it are numbered from 3.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return new ProcStat(id, (int)Field(4), new((Field(14) + Field(15)) * TicksEach), new((Field(16) + Field(17)) * TicksEach));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>What all processes have used since the machine's start.</summary>
    public static TimeSpan OfMachine()
    {
        // cpu user nice system idle iowait irq softirq ...
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(new[] { 1, 2, 3, 6, 7 }.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture)) * TicksEach);
    }

    public static IEnumerable<ProcStat> ChildrenOf(int parent) =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where name.All(char.IsAsciiDigit)
        let process = Of(int.Parse(name, CultureInfo.InvariantCulture))
        where process?.Parent == parent
        select process;

    /// <summary>Its command line, which some programs rewrite to say what they do; empty where it has ended.</summary>
    public static string TitleOf(int id)
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
