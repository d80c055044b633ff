using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace TrendingMail.Storage.Backup.Archives;

/// <summary>A backup. Opening it checks every file in it, so that a damaged backup is never half restored.</summary>
public sealed class BackupArchive : IDisposable
{
    private readonly ZipArchive archive;

    private BackupArchive(ZipArchive archive, BackupManifest manifest)
    {
        this.archive = archive;
        Manifest = manifest;
    }

    public BackupManifest Manifest { get; }

    /// <exception cref="TrendingMailException">
    /// There is no such file, or it is not a backup, is damaged, truncated or of a newer format.
    /// </exception>
    public static async Task<BackupArchive> OpenAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var archive = await ZipFile.OpenReadAsync(file, cancellationToken);
            try
            {
                var manifest = await ReadManifestAsync(archive, cancellationToken);
                RequireKnownFormat(file, manifest);
                await CheckFilesAsync(archive, manifest, cancellationToken);
                return new BackupArchive(archive, manifest);
            }
            catch
            {
                await archive.DisposeAsync();
                throw;
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or JsonException
            or NotSupportedException)
        {
            throw new TrendingMailException(
                $"{file} is damaged, truncated or not a backup ({e.Message}). Nothing was changed; use another backup.",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"Cannot read the backup {file}: {e.Message}", e);
        }
    }

    /// <summary>Opens one of the files.</summary>
    internal Task<Stream> OpenEntryAsync(string name, CancellationToken cancellationToken) =>
        Find(archive, name).OpenAsync(cancellationToken);

    public void Dispose() => archive.Dispose();

    private static async Task<BackupManifest> ReadManifestAsync(
        ZipArchive archive, CancellationToken cancellationToken)
    {
        await using var stream = await Find(archive, BackupManifest.FileName).OpenAsync(cancellationToken);
        return BackupManifest.Read(stream);
    }

    private static void RequireKnownFormat(string file, BackupManifest manifest)
    {
        if (manifest.Format > BackupManifest.CurrentFormat)
        {
            throw new TrendingMailException(
                $"{file} has backup format {manifest.Format}, but this program reads up to " +
                $"{BackupManifest.CurrentFormat}: it was written by a newer version. Restore it with that version.");
        }
    }

    private static async Task CheckFilesAsync(
        ZipArchive archive, BackupManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var entry in manifest.Files)
        {
            await using var stream = await Find(archive, entry.Name).OpenAsync(cancellationToken);
            var hash = await SHA256.HashDataAsync(stream, cancellationToken);
            if (!Convert.ToHexStringLower(hash).Equals(entry.Sha256, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"{entry.Name} does not match its hash");
            }
        }
    }

    private static ZipArchiveEntry Find(ZipArchive archive, string name) =>
        archive.GetEntry(name) ?? throw new InvalidDataException($"{name} is missing");
}
