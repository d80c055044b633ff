using Dapper;
using Microsoft.Data.Sqlite;
using TrendingMail.Storage.Backup;
using TrendingMail.Storage.Backup.Archives;

namespace TrendingMail.Storage.Sqlite;

/// <summary>Backs up the database file with SQLite's online backup API.</summary>
public sealed class SqliteBackup(IDialect dialect) : IDatabaseBackup
{
    /// <summary>How far the ids of a restored copy are from those given out after the backup.</summary>
    private const int IdGap = 1_000_000;

    private const string Sequences = "sqlite_sequence";

    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    public string FileName => "database.sqlite";

    public async Task<DatabaseSummary> WriteAsync(
        string scratchFile, Stream output, CancellationToken cancellationToken)
    {
        PrivateFiles.Create(scratchFile);
        try
        {
            await using var source = (SqliteConnection)await dialect.OpenAsync(cancellationToken);
            await using var copy = await OpenAsync(scratchFile, cancellationToken);

            // One step that reads one snapshot; in WAL mode, writers continue meanwhile.
            await Task.Run(() => source.BackupDatabase(copy), cancellationToken);

            // The copy is one file, without a WAL beside it.
            await copy.ExecuteAsync("PRAGMA journal_mode = DELETE");
            var summary = await SummarizeAsync(copy, cancellationToken);
            await copy.CloseAsync();
            await using var file = File.OpenRead(scratchFile);
            await file.CopyToAsync(output, cancellationToken);
            return summary;
        }
        finally
        {
            Delete(scratchFile);
        }
    }

    public Task RequireEmptyAsync(CancellationToken cancellationToken) =>
        // A WAL that was left behind would belong to the lost database.
        Companions.Prepend("").Select(suffix => dialect.Location + suffix).FirstOrDefault(File.Exists) is { } file
            ? throw new TrendingMailException(
                $"The installation is not empty: {file} exists. Move it away, or restore into another folder. " +
                "Nothing was changed.")
            : Task.CompletedTask;

    public async Task RestoreAsync(BackupArchive backup, string finalSql, CancellationToken cancellationToken)
    {
        var partialFile = $"{dialect.Location}.{Path.GetRandomFileName()}";
        try
        {
            await ExtractAsync(backup, partialFile, cancellationToken);
            await using (var copy = await OpenAsync(partialFile, cancellationToken))
            {
                BackupComparison.RequireEqual(backup.Manifest, await SummarizeAsync(copy, cancellationToken));
                await using var transaction = copy.BeginTransaction();
                await copy.ExecuteAsync($"""
                    UPDATE {Sequences} SET seq = seq + {IdGap};
                    INSERT INTO {Sequences} (name, seq)
                    SELECT name, {IdGap}
                    FROM sqlite_master
                    WHERE sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence);
                    {finalSql}
                    """, transaction: transaction);
                await transaction.CommitAsync(cancellationToken);
            }

            File.Move(partialFile, dialect.Location);
        }
        finally
        {
            Delete(partialFile);
        }
    }

    public async Task<DatabaseSummary> RestoreTemporarilyAsync(
        BackupArchive backup, string scratchFile, CancellationToken cancellationToken)
    {
        try
        {
            await ExtractAsync(backup, scratchFile, cancellationToken);
            await using var copy = await OpenAsync(scratchFile, cancellationToken);
            if ((await dialect.CheckAsync(copy, cancellationToken)) is [var fault, ..])
            {
                throw new TrendingMailException($"The restored copy is damaged: {fault} Use another backup.");
            }

            return await SummarizeAsync(copy, cancellationToken);
        }
        finally
        {
            Delete(scratchFile);
        }
    }

    private static async Task<SqliteConnection> OpenAsync(string file, CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private async Task ExtractAsync(BackupArchive backup, string file, CancellationToken cancellationToken)
    {
        await using var source = await backup.OpenEntryAsync(FileName, cancellationToken);
        PrivateFiles.CreateFolder(Path.GetDirectoryName(file)!);
        await using var target = PrivateFiles.Open(file, FileMode.CreateNew);
        await source.CopyToAsync(target, cancellationToken);
        target.Flush(flushToDisk: true);
    }

    private static async Task<DatabaseSummary> SummarizeAsync(
        SqliteConnection connection, CancellationToken cancellationToken)
    {
        // The rows of a virtual table are in ordinary tables of its own.
        var names = await connection.QueryAsync<string>("""
            SELECT name
            FROM sqlite_master
            WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%'
            ORDER BY name
            """);
        var tables = new List<TableSummary>();
        foreach (var name in names.AsList())
        {
            tables.Add(await TableScan.SummarizeAsync(
                connection, name, $"SELECT * FROM \"{name}\"", cancellationToken));
        }

        return new DatabaseSummary(
            await connection.QuerySingleAsync<int>("SELECT COALESCE(MAX(version), 0) FROM schema_versions"), tables);
    }

    private static void Delete(string file)
    {
        foreach (var suffix in Companions.Prepend(""))
        {
            File.Delete(file + suffix);
        }
    }
}
