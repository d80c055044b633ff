using System.Globalization;
using TrendingMail.Storage.Backup;

namespace TrendingMail.Diagnostics.Installation.Data;

/// <summary>Whether there is a backup that is new enough and has been proven to restore.</summary>
internal sealed class BackupsCheck(BackupSchedule backups, BackupOptions options, TimeProvider clock) : DiagnosticCheck(
    CheckGroup.Installation, "backups", "the age of the newest backup, and whether it was proven to restore")
{
    private static readonly TimeSpan MaximumAge = TimeSpan.FromDays(2);

    public override Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) => Found([
        options.IsScheduled ? JudgeAge() : Finding.Warn("No backups are scheduled.",
            "Set Backup:Folder to a folder on another disk, or make backups with 'db backup FILE --verify'."),
        .. options is { IsScheduled: true, Verify: false }
            ? [Finding.Warn("Backups are not proven to restore.", "Set Backup:Verify to true.")]
            : (Finding[])[],
        .. backups.FindNewestUnverified() is { } failed && !(failed < backups.FindNewest())
            ? [Finding.Bad($"The backup of {Format(failed)} could not be proven to restore.",
                "Make one with 'db backup FILE --verify', which says why.")]
            : (Finding[])[]]);

    private Finding JudgeAge() => backups.FindNewest() switch
    {
        null => Finding.Warn($"There is no backup in {options.Folder} yet.",
            "Start the program, which makes one at the next time of Backup:Cron, or run 'db backup FILE'."),
        { } newest when clock.GetUtcNow() - newest > MaximumAge => Finding.Bad(
            $"The newest backup is of {Format(newest)}.",
            "See the log for why later ones failed, and make one with 'db backup FILE --verify'."),
        { } newest => Finding.Good($"The newest backup is of {Format(newest)}" +
            (options.Verify ? " and was proven to restore." : ".")),
    };

    private static string Format(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
