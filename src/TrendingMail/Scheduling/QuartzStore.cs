using Dapper;
using Microsoft.Data.Sqlite;
using Quartz;
using TrendingMail.Storage;

namespace TrendingMail.Scheduling;

/// <summary>Where Quartz persists jobs and triggers.</summary>
public abstract class QuartzStore
{
    /// <param name="baseDirectory">The folder against which relative paths are resolved.</param>
    public static QuartzStore Create(DatabaseOptions database, string baseDirectory) =>
        database.Provider == DatabaseProvider.PostgreSql
            ? new PostgreSqlStore(database.ConnectionString)
            : new SqliteStore(Path.ChangeExtension(database.CreateDialect(baseDirectory).Location, ".schedule.db"));

    /// <summary>Prepares the store for use. Idempotent.</summary>
    public abstract Task PrepareAsync();

    internal abstract void Configure(IPersistentStoreBuilder store);

    /// <summary>
    /// A SQLite file next to the database: Quartz writes at every firing and must not wait while digests are planned.
    /// </summary>
    private sealed class SqliteStore(string file) : QuartzStore
    {
        /// <summary>Enables WAL, so that Quartz can read while it writes. The folder must exist.</summary>
        public override async Task PrepareAsync()
        {
            await using var connection = new SqliteConnection($"Data Source={file}");
            await connection.OpenAsync();
            await connection.ExecuteAsync("PRAGMA journal_mode = WAL");
        }

        internal override void Configure(IPersistentStoreBuilder store) => store.UseSqlite($"Data Source={file}");
    }

    /// <summary>
    /// Tables in the application's PostgreSQL database, shared by all nodes: each firing runs on one node, and a job
    /// that was running on a node that died is recovered by another.
    /// </summary>
    private sealed class PostgreSqlStore(string connectionString) : QuartzStore
    {
        public override Task PrepareAsync() => Task.CompletedTask;

        internal override void Configure(IPersistentStoreBuilder store)
        {
            store.UsePostgres(connectionString);
            store.UseClustering();
        }
    }
}
