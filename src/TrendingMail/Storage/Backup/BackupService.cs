using System.Data.Common;
using System.Diagnostics;
using TrendingMail.Storage.Backup.Archives;
using TrendingMail.Storage.Migrations;

namespace TrendingMail.Storage.Backup;

/// <summary>A backup that was made.</summary>
public sealed record BackupReport(string File, long Bytes, BackupManifest Manifest, TimeSpan Duration);

/// <summary>A backup that was restored to a temporary place and found to be equal.</summary>
/// <param name="Duration">How long a restore takes.</param>
public sealed record BackupVerification(string File, BackupManifest Manifest, TimeSpan Duration);

/// <summary>A backup that was restored.</summary>
/// <param name="SkippedFiles">The files that were not restored, because other files have their place.</param>
public sealed record RestoreReport(
    string File, BackupManifest Manifest, IReadOnlyList<string> SkippedFiles, TimeSpan Duration);

/// <summary>
/// Makes backups of the installation, verifies and restores them. A backup is one file; docs/operations.md describes
/// its format.
/// </summary>
public sealed class BackupService(
    Database database, IDatabaseBackup engine, BackupContents contents, Migrator migrator, TimeProvider clock)
{
    /// <summary>Makes a backup while the program runs. The file appears only when it is complete.</summary>
    /// <exception cref="TrendingMailException">The file exists, or the backup cannot be made.</exception>
    public Task<BackupReport> CreateAsync(string file, CancellationToken cancellationToken) => ExplainAsync(async () =>
    {
        if (File.Exists(file))
        {
            throw new TrendingMailException($"{file} already exists: name a new file, or delete the old one.");
        }

        var start = Stopwatch.GetTimestamp();
        var partialFile = CreateScratchName(file);
        var scratchFile = CreateScratchName(file);
        try
        {
            BackupManifest manifest;
            PrivateFiles.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
            await using (var output = PrivateFiles.Open(partialFile, FileMode.CreateNew))
            {
                manifest = await WriteAsync(output, scratchFile, cancellationToken);
                output.Flush(flushToDisk: true);
            }

            File.Move(partialFile, file);
            return new BackupReport(file, new FileInfo(file).Length, manifest, Stopwatch.GetElapsedTime(start));
        }
        finally
        {
            File.Delete(partialFile);
            File.Delete(scratchFile);
        }
    });

    /// <summary>Restores a backup to a temporary place and compares row counts and hashes.</summary>
    /// <exception cref="TrendingMailException">The backup cannot be restored, or the copy differs.</exception>
    public Task<BackupVerification> VerifyAsync(string file, CancellationToken cancellationToken) =>
        ExplainAsync(async () =>
        {
            var start = Stopwatch.GetTimestamp();
            using var backup = await OpenAsync(file, cancellationToken);
            var restored = await engine.RestoreTemporarilyAsync(backup, CreateScratchName(file), cancellationToken);
            BackupComparison.RequireEqual(backup.Manifest, restored);
            return new BackupVerification(file, backup.Manifest, Stopwatch.GetElapsedTime(start));
        });

    /// <summary>Restores a backup into an empty installation: wholly or, on any fault, not at all.</summary>
    /// <param name="createFinalSql">Creates a statement that runs as part of the restore.</param>
    /// <exception cref="TrendingMailException">
    /// The installation is not empty, or the backup is damaged or too new.
    /// </exception>
    public Task<RestoreReport> RestoreAsync(
        string file, Func<BackupManifest, string> createFinalSql, CancellationToken cancellationToken) =>
        ExplainAsync(async () =>
        {
            var start = Stopwatch.GetTimestamp();
            using var backup = await OpenAsync(file, cancellationToken);
            await engine.RequireEmptyAsync(cancellationToken);
            using var files = await FileRestore.StartAsync(contents, backup, cancellationToken);
            await engine.RestoreAsync(backup, createFinalSql(backup.Manifest), cancellationToken);
            files.Complete();
            return new RestoreReport(file, backup.Manifest, files.Skipped, Stopwatch.GetElapsedTime(start));
        });

    private async Task<BackupManifest> WriteAsync(
        Stream output, string scratchFile, CancellationToken cancellationToken)
    {
        var createdAt = clock.GetUtcNow();
        using var writer = new BackupWriter(output);
        var summary = await writer.AddAsync(
            engine.FileName, stream => engine.WriteAsync(scratchFile, stream, cancellationToken), cancellationToken);
        foreach (var (name, path) in contents.ListFiles())
        {
            await writer.AddFileAsync(name, path, cancellationToken);
        }

        return await writer.AddManifestAsync(database.Dialect.Name, summary, createdAt, cancellationToken);
    }

    private async Task<BackupArchive> OpenAsync(string file, CancellationToken cancellationToken)
    {
        var backup = await BackupArchive.OpenAsync(file, cancellationToken);
        try
        {
            BackupComparison.RequireRestorable(file, backup.Manifest, database.Dialect.Name, migrator.LatestVersion);
            return backup;
        }
        catch
        {
            backup.Dispose();
            throw;
        }
    }

    /// <summary>A file beside another, so that it can take its place at once.</summary>
    private static string CreateScratchName(string file) => $"{file}.{Path.GetRandomFileName()}";

    private async Task<T> ExplainAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException e) when (database.Dialect.Explain(e) is { } explained)
        {
            throw new TrendingMailException(explained.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"Cannot read or write a file: {e.Message}", e);
        }
    }
}
