namespace TrendingMail.Worker.Commands;

/// <summary>Formats text output of commands.</summary>
internal static class ConsoleText
{
    /// <summary>A number with its noun, for example "1 paper" or "2 papers".</summary>
    public static string Count(long number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    /// <summary>The same for a noun with an irregular plural.</summary>
    public static string Count(long number, string noun, string plural) => $"{number} {(number == 1 ? noun : plural)}";

    /// <summary>Aligns rows in columns below a header row; the last column is not padded.</summary>
    public static IEnumerable<string> Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var allRows = new List<IReadOnlyList<string>> { header };
        allRows.AddRange(rows);
        var widths = Enumerable.Range(0, header.Count).Select(i => allRows.Max(row => row[i].Length)).ToArray();
        return allRows.Select(row => string.Join("  ",
            row.Select((cell, i) => i == row.Count - 1 ? cell : cell.PadRight(widths[i]))).TrimEnd());
    }
}
