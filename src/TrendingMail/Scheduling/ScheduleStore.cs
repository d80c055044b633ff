using Dapper;
using Microsoft.Data.Sqlite;
using Quartz;
using TrendingMail.Storage;

namespace TrendingMail.Scheduling;

/// <summary>Where Quartz keeps what is to run when.</summary>
public abstract class ScheduleStore
{
    /// <param name="baseDirectory">Where relative files are taken from.</param>
    public static ScheduleStore Of(DatabaseOptions database, string baseDirectory) =>
        database.Provider == DatabaseProvider.PostgreSql
            ? new SharedStore(database.ConnectionString)
            : new FileStore(Path.ChangeExtension(database.ToDialect(baseDirectory).Location, ".schedule.db"));

    /// <summary>Makes it ready to be used; safe to do twice.</summary>
    public abstract Task PrepareAsync();

    internal abstract void Use(IPersistentStoreBuilder store);

    /// <summary>
    /// A file beside the database: Quartz writes to it at every firing, and must not wait for a digest that is being planned.
    /// </summary>
    private sealed class FileStore(string file) : ScheduleStore
    {
        /// <summary>Lets Quartz read while it writes. The folder must exist.</summary>
        public override async Task PrepareAsync()
        {
            await using var connection = new SqliteConnection($"Data Source={file}");
            await connection.OpenAsync();
            await connection.ExecuteAsync("PRAGMA journal_mode = WAL");
        }

        internal override void Use(IPersistentStoreBuilder store) => store.UseSqlite($"Data Source={file}");
    }

    /// <summary>
    /// Tables beside ours in PostgreSQL, which all nodes share: each firing is one node's, and what a node had begun when it died
    /// is begun again on another.
    /// </summary>
    private sealed class SharedStore(string connectionString) : ScheduleStore
    {
        public override Task PrepareAsync() => Task.CompletedTask;

        internal override void Use(IPersistentStoreBuilder store)
        {
            store.UsePostgres(connectionString);
            store.UseClustering();
        }
    }
}
