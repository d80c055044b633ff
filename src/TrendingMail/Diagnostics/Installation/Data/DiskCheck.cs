using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Storage.Backup;

namespace TrendingMail.Diagnostics.Installation.Data;

/// <summary>Whether the disks that the program writes to have space left.</summary>
internal sealed class DiskCheck(IDialect database, MailOptions mail, BackupOptions backup) : DiagnosticCheck(
    CheckGroup.Installation, "disk", "the free space where the database, the outbox and the backups are")
{
    private const long TooLittle = 200_000_000;

    private const long Little = 1_000_000_000;

    public override Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) => Found([
        .. ListFolders().Distinct().Select(folder => Judge(FindExisting(folder)))
            .DefaultIfEmpty(Finding.Good("The program writes to no disk of this machine."))]);

    internal static Finding Judge(string folder, long free, long total)
    {
        var text = $"{FileSize.Format(free)} of {FileSize.Format(total)} are free.";
        const string Remedy = "Free space, or move the folder to a larger disk. Without space, mail is not sent.";
        return (free < TooLittle ? Finding.Bad(text, Remedy)
            : free < Little ? Finding.Warn(text, Remedy)
            : Finding.Good(text)).About(folder);
    }

    private static Finding Judge(string folder)
    {
        var drive = new DriveInfo(folder);
        return Judge(folder, drive.AvailableFreeSpace, drive.TotalSize);
    }

    private IEnumerable<string> ListFolders() =>
    [
        .. database.Files.Take(1).Select(file => Path.GetDirectoryName(Path.GetFullPath(file))!),
        .. mail.Transport == TransportKind.Outbox ? [Path.GetFullPath(mail.Outbox.Path)] : (string[])[],
        .. backup.IsScheduled ? [Path.GetFullPath(backup.Folder)] : (string[])[],
    ];

    /// <summary>The folder, or the one above it in which it would be created.</summary>
    private static string FindExisting(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        return folder;
    }
}
