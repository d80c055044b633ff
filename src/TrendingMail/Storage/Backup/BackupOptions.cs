using Quartz;
using TrendingMail.Configuration;

namespace TrendingMail.Storage.Backup;

/// <summary>Settings of section <c>Backup</c>: backups that the program makes by itself.</summary>
public sealed record BackupOptions
{
    /// <summary>The folder that scheduled backups are written to. Empty: none are made.</summary>
    /// <value>a path</value>
    public string Folder { get; init; } = "";

    /// <summary>When to make a backup, as a Quartz cron expression in UTC.</summary>
    /// <value>a Quartz cron expression</value>
    public string Cron { get; init; } = "0 10 3 * * ?";

    /// <summary>How many scheduled backups are kept; older ones are deleted after the next has succeeded.</summary>
    [AcceptedRange(1, 1000)]
    public int Keep { get; init; } = 14;

    /// <summary>
    /// Whether each scheduled backup is restored to a temporary place and compared. With PostgreSQL, the user then
    /// needs the privilege CREATEDB.
    /// </summary>
    public bool Verify { get; init; } = true;

    /// <summary>Whether scheduled backups are made.</summary>
    public bool IsScheduled => Folder.Length > 0;

    /// <param name="baseDirectory">The folder against which relative paths are resolved.</param>
    public BackupOptions WithAbsolutePaths(string baseDirectory) =>
        this with { Folder = SettingPath.Resolve(Folder, baseDirectory) };

    public IEnumerable<string> Validate()
    {
        if (!CronExpression.TryParse(Cron, out _))
        {
            yield return $"Backup:Cron '{Cron}' is not a Quartz cron expression such as '0 10 3 * * ?'.";
        }

        foreach (var error in AcceptedRangeAttribute.Validate("Backup", this))
        {
            yield return error;
        }
    }
}
