using TrendingMail.Storage.Backup.Archives;

namespace TrendingMail.Storage.Backup;

/// <summary>
/// The files that a restore writes besides the database: removed again unless the restore completes. A file that
/// already has the same contents stays.
/// </summary>
internal sealed class FileRestore : IDisposable
{
    private readonly List<string> created = [];
    private readonly List<string> skipped = [];
    private bool isComplete;

    private FileRestore()
    {
    }

    /// <summary>The files that were not restored, because other files have their place.</summary>
    public IReadOnlyList<string> Skipped => skipped;

    /// <exception cref="TrendingMailException">The installation has another key ring.</exception>
    public static async Task<FileRestore> StartAsync(
        BackupContents contents, BackupArchive backup, CancellationToken cancellationToken)
    {
        var restore = new FileRestore();
        try
        {
            foreach (var entry in backup.Manifest.Files)
            {
                if (contents.FindPath(entry.Name) is { } path)
                {
                    await restore.WriteAsync(contents, backup, entry, path, cancellationToken);
                }
            }

            return restore;
        }
        catch
        {
            restore.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the files.</summary>
    public void Complete() => isComplete = true;

    public void Dispose()
    {
        if (!isComplete)
        {
            created.ForEach(File.Delete);
        }
    }

    private async Task WriteAsync(
        BackupContents contents, BackupArchive backup, BackupEntry entry, string path,
        CancellationToken cancellationToken)
    {
        await using var source = await backup.OpenEntryAsync(entry.Name, cancellationToken);
        using var buffer = new MemoryStream();
        await source.CopyToAsync(buffer, cancellationToken);
        if (File.Exists(path))
        {
            var existing = await File.ReadAllBytesAsync(path, cancellationToken);
            if (existing.AsSpan().SequenceEqual(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)))
            {
                return;
            }

            if (path == contents.KeyRingFile)
            {
                throw new TrendingMailException(
                    $"The installation is not empty: {path} holds other keys than the backup. Move it away, or " +
                    "restore into another folder. Nothing was changed.");
            }

            skipped.Add(path);
            return;
        }

        PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
        await using var file = PrivateFiles.Open(path, FileMode.CreateNew);
        created.Add(path);
        buffer.Position = 0;
        await buffer.CopyToAsync(file, cancellationToken);
        file.Flush(flushToDisk: true);
    }
}
