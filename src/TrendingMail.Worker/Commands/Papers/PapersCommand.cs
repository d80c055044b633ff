using System.CommandLine;
using TrendingMail.Papers.Sources;

namespace TrendingMail.Worker.Commands.Papers;

/// <summary><c>papers fetch|import|list|search</c>: collects and shows papers.</summary>
internal static class PapersCommand
{
    private static readonly Option<DateOnly?> Date = CommonOptions.Date("Date of the listing");

    private static readonly Option<string?> Source = new("--source")
    {
        Description = "Fetch only from this source, for example HuggingFace",
    };

    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "JSON or JSON Lines files in Hugging Face's daily papers format or the plain format; " +
            "- for standard input",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create() => new("papers", "Fetch, import, list and search papers")
    {
        CommandRun.Verb("fetch", "Fetch a day's papers from the sources (default: today)", [Date, Source], FetchAsync),
        CommandRun.Verb("import", "Import papers from files", [Files, Date], ImportAsync),
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
            throw new TrendingMailException($"There is no source '{source}'; configured sources: " +
                $"{(collector.SourceNames.Count > 0 ? string.Join(", ", collector.SourceNames) : "none")} " +
                "(Papers:Sources).");
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
                Files = files.Select(
                    f => new { f.File, f.Report.Received, f.Report.Added, f.Report.Problems, f.Report.Fault }),
            },
            [
                .. files.Where(f => f.Report.Fault is null).SelectMany(f => Lines(f.File, f.Report)),
                $"{ConsoleText.Count(files.Count, "file")}: {ConsoleText.Count(papers, "paper")}, " +
                    $"{files.Sum(f => f.Report.Added)} new, " +
                        $"{ConsoleText.Count(setAside, "entry", "entries")} set aside.",
            ]);
        return files.Any(f => f.Report.Fault is not null || f.Report is { Received: 0, Problems.Count: > 0 })
            ? CommandRun.Failed : CommandRun.Done;
    }

    private static async Task<FetchReport> ImportAsync(CommandRun run, string file)
    {
        try
        {
            if (Directory.Exists(file))
            {
                throw new TrendingMailException(
                    $"{file} is a folder. Name its files, for example {file.TrimEnd('/')}/*.json.");
            }

            var collector = run.Get<PaperCollector>();
            return file == "-"
                ? await collector.ImportAsync(Console.OpenStandardInput(), "standard input", run.Value(Date), run.Stop)
                : await collector.ImportAsync(file, run.Value(Date), run.Stop);
        }
        catch (TrendingMailException e)
        {
            // An invalid file does not stop the others; it is reported on standard error and by the exit code.
            await Console.Error.WriteLineAsync(e.Message);
            return new FetchReport(nameof(SourceKind.File), run.Value(Date), 0, 0, [], e.Message);
        }
    }

    private static IEnumerable<string> Lines(string name, FetchReport report)
    {
        if (report.Fault is null || report.Received > 0)
        {
            yield return report.Unchanged
                ? $"{name}: unchanged since the last fetch"
                : $"{name}: {ConsoleText.Count(report.Received, "paper")}, {report.Added} new, " +
                    $"{ConsoleText.Count(report.Problems.Count, "entry", "entries")} set aside" +
                    UpdatedAndMerged(report);
        }

        foreach (var line in report.Notes.Concat(report.Stale is { } stale ? [$"stale listing: {stale}"] : [])
            .Concat(report.Problems))
        {
            yield return $"  {line}";
        }

        if (report.Fault is { } fault)
        {
            yield return $"{name}: {fault}";
        }
    }

    private static string UpdatedAndMerged(FetchReport report) =>
        (report.Changed > 0 ? $", {report.Changed} updated" : "") +
        (report.Merged > 0 ? $", {report.Merged} merged" : "");
}
