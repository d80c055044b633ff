using TrendingMail.Storage.Backup.Archives;

namespace TrendingMail.Storage.Backup;

/// <summary>The part of backup and restore that differs between engines: the database itself.</summary>
public interface IDatabaseBackup
{
    /// <summary>The name of the database's file in a backup.</summary>
    string FileName { get; }

    /// <summary>Writes a consistent copy of the database while it is in use.</summary>
    /// <param name="scratchFile">The path of a temporary file, for engines that need one.</param>
    /// <returns>What the copy contains.</returns>
    Task<DatabaseSummary> WriteAsync(string scratchFile, Stream output, CancellationToken cancellationToken);

    /// <summary>Checks that there is no database yet, or an empty one.</summary>
    /// <exception cref="TrendingMailException">The database has tables.</exception>
    Task RequireEmptyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Restores a copy: wholly or, on any fault, not at all. Ids that were given out after the backup are not given out
    /// again, because they stand in links and messages already mailed.
    /// </summary>
    /// <param name="finalSql">A statement to run as part of the restore.</param>
    Task RestoreAsync(BackupArchive backup, string finalSql, CancellationToken cancellationToken);

    /// <summary>Restores a copy to a temporary place, and deletes it again.</summary>
    /// <param name="scratchFile">The path of a temporary file, for engines that need one.</param>
    /// <returns>What the restored copy contains.</returns>
    Task<DatabaseSummary> RestoreTemporarilyAsync(
        BackupArchive backup, string scratchFile, CancellationToken cancellationToken);
}

/// <summary>The contents of a database.</summary>
public sealed record DatabaseSummary(int Schema, IReadOnlyList<TableSummary> Tables);
