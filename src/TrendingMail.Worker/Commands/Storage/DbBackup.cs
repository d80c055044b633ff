using System.CommandLine;
using System.Globalization;
using TrendingMail.Storage.Backup;

namespace TrendingMail.Worker.Commands.Storage;

/// <summary><c>db backup</c>: makes a backup while the program runs, and verifies one.</summary>
internal static class DbBackup
{
    private static readonly Argument<string> FileArgument = new("FILE")
    {
        Description = "The backup, such as trendingmail.zip",
    };

    private static readonly Option<bool> Verify = new("--verify")
    {
        Description = "Restore the backup to a temporary place and compare; an existing FILE is only verified",
    };

    public static Command Create() => CommandRun.VerbWithoutMigration(
        "backup", "Back up database, keys and templates to one file", [FileArgument, Verify], RunAsync);

    private static async Task<int> RunAsync(CommandRun run)
    {
        var file = Path.GetFullPath(run.Value(FileArgument));
        var backups = run.Get<BackupService>();
        var created = run.Value(Verify) && File.Exists(file) ? null : await backups.CreateAsync(file, run.Stop);
        var verified = run.Value(Verify) ? await backups.VerifyAsync(file, run.Stop) : null;
        var manifest = created?.Manifest ?? verified!.Manifest;
        run.Print(
            new
            {
                File = file, created?.Bytes, manifest.Schema, manifest.CreatedAt, manifest.Rows, manifest.Tables,
                Seconds = created?.Duration.TotalSeconds, Verified = verified is not null,
                RestoreSeconds = verified?.Duration.TotalSeconds,
            },
            [
                .. created is null ? [] : (string[])[FormatCreated(created)],
                .. verified is null ? [] : (string[])[FormatVerified(verified)],
            ]);
        return CommandRun.Done;
    }

    private static string FormatCreated(BackupReport report) => string.Create(CultureInfo.InvariantCulture,
        $"Backed up {ConsoleText.Count(report.Manifest.Rows, "row")} of " +
        $"{ConsoleText.Count(report.Manifest.Tables.Count, "table")} and " +
        $"{ConsoleText.Count(report.Manifest.Files.Count - 1, "file")} to {report.File} " +
        $"({report.Bytes / 1e6:0.0} MB) in {report.Duration.TotalSeconds:0.0} s.");

    private static string FormatVerified(BackupVerification report) => string.Create(CultureInfo.InvariantCulture,
        $"{report.File} was restored to a temporary place and is complete: " +
        $"{ConsoleText.Count(report.Manifest.Rows, "row")} as of {report.Manifest.CreatedAt:yyyy-MM-dd HH:mm} UTC. " +
        $"A restore takes {report.Duration.TotalSeconds:0.0} s.");
}
