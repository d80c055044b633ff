using System.IO.Compression;
using System.Security.Cryptography;

namespace TrendingMail.Storage.Backup.Archives;

/// <summary>Writes the files of a backup into one ZIP archive, and last the manifest.</summary>
internal sealed class BackupWriter(Stream output) : IDisposable
{
    /// <summary>A regular file with mode 600, where ZIP archives keep the mode.</summary>
    private const int OwnerOnly = 0x8180 << 16;

    private readonly ZipArchive archive = new(output, ZipArchiveMode.Create, leaveOpen: true);
    private readonly List<BackupEntry> entries = [];

    public async Task<T> AddAsync<T>(string name, Func<Stream, Task<T>> writeAsync, CancellationToken cancellationToken)
    {
        using var hash = SHA256.Create();
        T result;
        await using (var entry = await CreateEntryAsync(name, cancellationToken))
        await using (var hashed = new CryptoStream(entry, hash, CryptoStreamMode.Write))
        {
            result = await writeAsync(hashed);
            await hashed.FlushFinalBlockAsync(cancellationToken);
        }

        entries.Add(new BackupEntry(name, Convert.ToHexStringLower(hash.Hash!)));
        return result;
    }

    public Task AddFileAsync(string name, string path, CancellationToken cancellationToken) =>
        AddAsync(name, async stream =>
        {
            await using var file = File.OpenRead(path);
            await file.CopyToAsync(stream, cancellationToken);
            return file.Length;
        }, cancellationToken);

    /// <summary>Completes the backup.</summary>
    public async Task<BackupManifest> AddManifestAsync(
        string engine, DatabaseSummary database, DateTimeOffset createdAt, CancellationToken cancellationToken)
    {
        var manifest = new BackupManifest(
            BackupManifest.CurrentFormat, engine, database.Schema, createdAt, [.. entries], database.Tables);
        await using var entry = await CreateEntryAsync(BackupManifest.FileName, cancellationToken);
        await manifest.WriteAsync(entry, cancellationToken);
        return manifest;
    }

    public void Dispose() => archive.Dispose();

    private Task<Stream> CreateEntryAsync(string name, CancellationToken cancellationToken)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Optimal);
        entry.ExternalAttributes = OwnerOnly;
        return entry.OpenAsync(cancellationToken);
    }
}
