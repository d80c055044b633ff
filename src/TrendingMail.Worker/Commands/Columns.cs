namespace TrendingMail.Worker.Commands;

/// <summary>How the commands lay out what they print for people.</summary>
internal static class Columns
{
    /// <summary>Such as "1 paper" and "2 papers".</summary>
    public static string Count(long number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    /// <summary>Rows in columns under a head; the last column is as wide as its text.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = new List<IReadOnlyList<string>> { head };
        all.AddRange(rows);
        var widths = Enumerable.Range(0, head.Count).Select(i => all.Max(row => row[i].Length)).ToArray();
        return all.Select(row => string.Join("  ",
            row.Select((cell, i) => i == row.Count - 1 ? cell : cell.PadRight(widths[i]))).TrimEnd());
    }
}
