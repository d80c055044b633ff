using System.CommandLine;
using System.Globalization;
using TrendingMail.Delivery.Hold;

namespace TrendingMail.Worker.Commands.Storage;

/// <summary><c>db restore</c>: restores a backup into an empty installation, on hold.</summary>
internal static class DbRestore
{
    private static readonly Argument<string> FileArgument = new("FILE")
    {
        Description = "The backup",
    };

    public static Command Create() => CommandRun.VerbWithoutMigration(
        "restore", "Restore a backup into an empty installation, which sends nothing until 'digest release'",
        [FileArgument], RunAsync);

    private static async Task<int> RunAsync(CommandRun run)
    {
        var report = await run.Get<HeldRestore>().RestoreAsync(Path.GetFullPath(run.Value(FileArgument)), run.Stop);
        run.Print(
            new
            {
                report.File, report.Manifest.Schema, report.Manifest.CreatedAt, report.Manifest.Rows,
                Skipped = report.SkippedFiles, Seconds = report.Duration.TotalSeconds, OnHold = true,
            },
            [
                string.Create(CultureInfo.InvariantCulture,
                    $"Restored {ConsoleText.Count(report.Manifest.Rows, "row")} as of " +
                    $"{report.Manifest.CreatedAt:yyyy-MM-dd HH:mm} UTC in {report.Duration.TotalSeconds:0.0} s."),
                .. report.SkippedFiles.Select(file => $"{file} differs from the backup's and was left alone."),
                "The copy is on hold: it serves pages and sends no mail. 'digest release' reports what may have been " +
                    "sent since the backup.",
            ]);
        return CommandRun.Done;
    }
}
