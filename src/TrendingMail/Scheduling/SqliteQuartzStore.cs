using Dapper;
using Microsoft.Data.Sqlite;
using Quartz;
using TrendingMail.Storage;

namespace TrendingMail.Scheduling;

/// <summary>
/// A SQLite file next to the database: Quartz writes at every firing and must not wait while digests are planned.
/// </summary>
/// <param name="databaseFile">The file of the database.</param>
internal sealed class SqliteQuartzStore(string databaseFile) : QuartzStore
{
    private readonly string file = Path.ChangeExtension(databaseFile, ".schedule.db");

    public override IReadOnlyList<string> Files => [file, $"{file}-wal", $"{file}-shm", $"{file}-journal"];

    private string ConnectionString => $"Data Source={file}";

    /// <summary>Enables WAL, so that Quartz can read while it writes. The folder must exist.</summary>
    public override async Task PrepareAsync()
    {
        PrivateFiles.Create(file);
        await using var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync("PRAGMA journal_mode = WAL");
    }

    internal override void Configure(IPersistentStoreBuilder store) => store.UseSqlite(ConnectionString);
}
