using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace TrendingMail.Storage;

/// <summary>The embedded engine: one file, one writer at a time.</summary>
public sealed class SqliteDialect : IDialect
{
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);

    private readonly string connectionString;
    private readonly string file;

    /// <param name="connectionString">A Microsoft.Data.Sqlite connection string that names a file.</param>
    /// <param name="baseDirectory">The folder from which a relative file name is taken.</param>
    /// <exception cref="TrendingMailException">The connection string cannot be read or names no file.</exception>
    public SqliteDialect(string connectionString, string baseDirectory)
    {
        SqliteConnectionStringBuilder builder;
        try
        {
            builder = new SqliteConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException e)
        {
            throw new TrendingMailException(
                $"Database:ConnectionString is not a SQLite connection string: {e.Message}", e);
        }

        if (builder.DataSource.Length == 0 || builder.DataSource == ":memory:" || builder.Mode == SqliteOpenMode.Memory)
        {
            throw new TrendingMailException(
                "Database:ConnectionString names no file; give 'Data Source=data/trendingmail.db'.");
        }

        file = Path.GetFullPath(builder.DataSource, baseDirectory);
        builder.DataSource = file;
        builder.DefaultTimeout = (int)BusyTimeout.TotalSeconds;
        this.connectionString = builder.ToString();
    }

    public string Name => "Sqlite";

    public string Location => file;

    public int WriteLanes => 1;

    public string TableExistsSql =>
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = @table)";

    public string NumbersSql(string parameter) => $"SELECT value FROM json_each({parameter})";

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"Cannot create the database's folder {Path.GetDirectoryName(file)}: " +
                $"{e.Message} Give a folder that can be written in Database:ConnectionString.", e);
        }

        var connection = new SqliteConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);

            // WAL stays in the file; the rest belongs to the connection and must be set at each open. FULL makes each
            // commit durable: a mail is recorded before it leaves, also when the power fails. FAST overwrites what is
            // deleted, so that an erased reader's address is in no page of the file.
            await connection.ExecuteAsync($"""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA foreign_keys = ON;
                PRAGMA secure_delete = FAST;
                PRAGMA cache_size = -2000;
                PRAGMA wal_autocheckpoint = 1000;
                PRAGMA busy_timeout = {(int)BusyTimeout.TotalMilliseconds};
                """);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public Statement Prepare(
        DbConnection connection, DbTransaction? transaction, string sql, IReadOnlyList<string> names) =>
        new SqliteStatement((SqliteConnection)connection, sql, names);

    public Task FavourBulkAsync(DbConnection connection, CancellationToken cancellationToken) =>
        // Rows with keys in no order touch most pages of an index in each transaction: let them stay in memory (64 MB at the
        // most), and go from the log into the file only now and then.
        connection.ExecuteAsync(new CommandDefinition(
            "PRAGMA cache_size = -64000; PRAGMA wal_autocheckpoint = 50000", cancellationToken: cancellationToken));

    public Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        // Immediate: a deferred transaction that reads first and then writes fails at once where another one wrote.
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));

    public async Task<IReadOnlyList<string>> CheckAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var faults = (await connection.QueryAsync<string>("PRAGMA integrity_check")).Where(line => line != "ok");
        var orphans = (await connection.QueryAsync("PRAGMA foreign_key_check")).Select(row =>
            (string)$"Row {row.rowid} of {row.table} refers to a missing row of {row.parent}.");
        return [.. faults, .. orphans];
    }

    public TrendingMailException? Explain(DbException exception) =>
        exception is not SqliteException sqlite ? null : sqlite.SqliteErrorCode switch
        {
            5 or 6 => Fault("is locked by another program",
                "end the program that holds it (a backup, a database browser) and try again"),
            8 => Fault("can only be read",
                "give this user the right to write the file and its folder, or name another in Database:ConnectionString"),
            10 => Fault("cannot be read or written (input/output error)", "look at the disk and the system's log"),
            11 or 26 => Fault("is damaged or is no SQLite database",
                "move it away and restore a backup, or name another in Database:ConnectionString"),
            13 => Fault("cannot grow: the disk is full", "free some space; nothing was lost"),
            14 => Fault("cannot be opened",
                "see that its folder exists and that this user may write there"),
            _ => null,
        };

    private TrendingMailException Fault(string what, string remedy) =>
        new($"The database {file} {what}: {remedy}.");
}
