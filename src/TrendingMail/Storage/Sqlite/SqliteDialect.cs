using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace TrendingMail.Storage.Sqlite;

/// <summary>The embedded engine: one file, one writer at a time.</summary>
public sealed class SqliteDialect : IDialect
{
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);

    private readonly string connectionString;
    private readonly string file;

    /// <param name="connectionString">A Microsoft.Data.Sqlite connection string that names a file.</param>
    /// <param name="baseDirectory">The folder against which a relative file name is resolved.</param>
    /// <exception cref="TrendingMailException">The connection string is invalid or names no file.</exception>
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
                "Database:ConnectionString must name a file, for example 'Data Source=data/trendingmail.db'.");
        }

        file = Path.GetFullPath(builder.DataSource, baseDirectory);
        builder.DataSource = file;
        builder.DefaultTimeout = (int)BusyTimeout.TotalSeconds;
        this.connectionString = builder.ToString();
    }

    public string Name => "Sqlite";

    public string Location => file;

    public IReadOnlyList<string> Files => [file, $"{file}-wal", $"{file}-shm", $"{file}-journal"];

    public int MaximumConcurrentWrites => 1;

    public string TableExistsSql =>
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = @table)";

    public string NumbersSql(string parameter) => $"SELECT value FROM json_each({parameter})";

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            CreatePrivateFile();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrendingMailException($"Cannot create the database's folder {Path.GetDirectoryName(file)}: " +
                $"{e.Message} Set Database:ConnectionString to a file in a writable folder.", e);
        }

        var connection = new SqliteConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);

            // WAL mode persists in the file; the other pragmas must be set on each connection. FULL makes each commit
            // survive a power failure: a mail is recorded before it leaves. FAST overwrites deleted content, so that an
            // erased subscriber's address remains in no page of the file.
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

    /// <summary>
    /// An empty file is a database; SQLite itself would create one that others can read. It gives its mode to the files
    /// beside it.
    /// </summary>
    private void CreatePrivateFile()
    {
        if (!File.Exists(file))
        {
            PrivateFiles.CreateFolder(Path.GetDirectoryName(file)!);
            PrivateFiles.Create(file);
        }
    }

    public Statement Prepare(
        DbConnection connection, DbTransaction? transaction, string sql, IReadOnlyList<string> names) =>
        new SqliteStatement((SqliteConnection)connection, sql, names);

    public Task TuneForBulkWritesAsync(DbConnection connection, CancellationToken cancellationToken) =>
        // Rows in random key order touch most pages of an index in each transaction: keep the pages in memory (64 MB at
        // most) and checkpoint the WAL rarely.
        connection.ExecuteAsync(new CommandDefinition(
            "PRAGMA cache_size = -64000; PRAGMA wal_autocheckpoint = 50000", cancellationToken: cancellationToken));

    public Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        // Immediate: a deferred transaction that reads and then writes fails at once if another has written in between.
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));

    public async Task<IReadOnlyList<string>> CheckAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var problems = (await connection.QueryAsync<string>("PRAGMA integrity_check")).Where(line => line != "ok");
        var orphans = (await connection.QueryAsync("PRAGMA foreign_key_check")).Select(row =>
            (string)$"Row {row.rowid} of {row.table} references a missing row of {row.parent}.");
        return [.. problems, .. orphans];
    }

    public TrendingMailException? Explain(DbException exception) =>
        exception is not SqliteException sqlite ? null : sqlite.SqliteErrorCode switch
        {
            5 or 6 => Fault("is locked by another program",
                "close the program that holds the lock (a backup, a database browser), then try again"),
            8 => Fault("cannot be written",
                "give this user write access to the file and its folder, or set another in Database:ConnectionString"),
            10 => Fault("cannot be read or written (input/output error)", "check the disk and the system log"),
            11 or 26 => Fault("is damaged or is not a SQLite database",
                "move it away and restore a backup, or set another in Database:ConnectionString"),
            13 => Fault("cannot grow: the disk is full", "free some space; nothing was lost"),
            14 => Fault("cannot be opened",
                "check that its folder exists and that this user has write access"),
            _ => null,
        };

    private TrendingMailException Fault(string what, string remedy) =>
        new($"The database {file} {what}: {remedy}.");
}
