using System.CommandLine;
using TrendingMail.Papers;

namespace TrendingMail.Worker.Commands;

/// <summary><c>papers fetch|import|list|search</c>: collect, look.</summary>
internal static class PapersCommand
{
    private static readonly Option<DateOnly?> Date = Options.Date("The day of the listing");

    private static readonly Option<string?> Source = new("--source") { Description = "Only this source, such as HuggingFace" };

    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "JSON or JSON Lines files, in the shape of Hugging Face's daily papers or the plain one; - for standard input",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create() => new("papers", "Collect papers and look at them")
    {
        CommandRun.Verb("fetch", "Ask the sources for a day's papers (today, unless --date)", [Date, Source], FetchAsync),
        CommandRun.Verb("import", "Take in papers from files", [Files, Date], ImportAsync),
        PapersList.Create(Date),
        PapersSearch.Create(),
    };

    private static async Task<int> FetchAsync(CommandRun run)
    {
        var day = run.Value(Date) ?? DateOnly.FromDateTime(run.Get<TimeProvider>().GetUtcNow().UtcDateTime);
        var collector = run.Get<PaperCollector>();
        var source = run.Value(Source);
        var reports = await collector.FetchAsync(day, source, run.Stop);
        if (reports.Count == 0)
        {
            throw new TrendingMailException($"No source is called '{source}'; the settings have " +
                $"{(collector.SourceNames.Count > 0 ? string.Join(", ", collector.SourceNames) : "none")} (Papers:Sources).");
        }

        run.Print(reports, reports.SelectMany(report => Lines(report.Source, report)));
        return reports.Any(report => report.Fault is not null) ? CommandRun.Failed : CommandRun.Done;
    }

    private static async Task<int> ImportAsync(CommandRun run)
    {
        var files = new List<(string File, FetchReport Report)>();
        foreach (var file in run.Value(Files))
        {
            files.Add((file, await ImportAsync(run, file)));
        }

        var papers = files.Sum(f => f.Report.Received);
        var setAside = files.Sum(f => f.Report.Problems.Count);
        run.Print(
            new
            {
                Papers = papers,
                Added = files.Sum(f => f.Report.Added),
                SetAside = setAside,
                Files = files.Select(f => new { f.File, f.Report.Received, f.Report.Added, f.Report.Problems, f.Report.Fault }),
            },
            [
                .. files.Where(f => f.Report.Fault is null).SelectMany(f => Lines(f.File, f.Report)),
                $"{Columns.Count(files.Count, "file")}: {Columns.Count(papers, "paper")}, " +
                    $"{files.Sum(f => f.Report.Added)} new, {setAside} entries set aside.",
            ]);
        return files.Any(f => f.Report.Fault is not null) ? CommandRun.Failed : CommandRun.Done;
    }

    private static async Task<FetchReport> ImportAsync(CommandRun run, string file)
    {
        try
        {
            var collector = run.Get<PaperCollector>();
            return file == "-"
                ? await collector.ImportAsync(Console.OpenStandardInput(), "standard input", run.Value(Date), run.Stop)
                : await collector.ImportAsync(file, run.Value(Date), run.Stop);
        }
        catch (TrendingMailException e)
        {
            // One broken file does not keep the others out; it is told on standard error and by the exit code.
            await Console.Error.WriteLineAsync(e.Message);
            return new FetchReport(nameof(SourceKind.File), run.Value(Date), 0, 0, [], e.Message);
        }
    }

    private static IEnumerable<string> Lines(string name, FetchReport report)
    {
        if (report.Fault is null || report.Received > 0)
        {
            yield return report.Unchanged
                ? $"{name}: nothing changed since the last look"
                : $"{name}: {Columns.Count(report.Received, "paper")}, {report.Added} new, " +
                    $"{report.Problems.Count} entries set aside{Known(report)}";
        }

        foreach (var line in report.Notes.Concat(report.Stale is { } stale ? [$"old papers: {stale}"] : []).Concat(report.Problems))
        {
            yield return $"  {line}";
        }

        if (report.Fault is { } fault)
        {
            yield return $"{name}: {fault}";
        }
    }

    private static string Known(FetchReport report) =>
        (report.Changed > 0 ? $", {report.Changed} known ones completed" : "") +
        (report.Joined > 0 ? $", {report.Joined} found to be the same as another" : "");
}
