using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace TrendingMail.Storage;

/// <summary>PostgreSQL 15 or newer, encoded as UTF-8: for many readers, and for several nodes on one database.</summary>
public sealed partial class PostgreSqlDialect : IDialect, IDisposable
{
    /// <summary>
    /// Held by each transaction that writes, to its end, so that there is one at a time over all nodes: what it has read stays
    /// true until it is done, as with SQLite. Only what begins by <see cref="BeginBesideAsync"/> goes without: the ledger's claims
    /// and outcomes. ("tm" and "wr".)
    /// </summary>
    private const int LockSpace = 0x746D, WriteLock = 0x7772;

    /// <summary>Statements of one connection that the server keeps parsed.</summary>
    private const int PreparedStatements = 200;

    /// <summary>
    /// To compile a query (JIT) takes up to hundreds of milliseconds, and it is begun wherever the planner expects many rows: who is
    /// due took 2 ms, or 200. A node that falls silent amid a transaction, by whose locks others wait, loses it after 15 s; one that
    /// has vanished from the network, after 30.
    /// </summary>
    private const string SessionOptions = "-c jit=off -c idle_in_transaction_session_timeout=15s -c tcp_user_timeout=30s " +
        "-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    /// <summary>The SQLSTATE idle_in_transaction_session_timeout, which Npgsql has no name for.</summary>
    private const string IdleInTransaction = "25P03";

    private readonly ConcurrentDictionary<string, string> spelt = [];
    private readonly NpgsqlDataSource source;

    /// <param name="connectionString">Npgsql's; must name host and database.</param>
    /// <exception cref="TrendingMailException">It is no such string.</exception>
    public PostgreSqlDialect(string connectionString)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException e)
        {
            throw new TrendingMailException($"Database:ConnectionString is not a PostgreSQL connection string: {e.Message}", e);
        }

        if (string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database))
        {
            throw new TrendingMailException("Database:ConnectionString names no host or no database; give " +
                "'Host=127.0.0.1;Database=trendingmail;Username=trendingmail'.");
        }

        builder.ApplicationName ??= "TrendingMail";
        builder.MaxAutoPrepare = builder.MaxAutoPrepare == 0 ? PreparedStatements : builder.MaxAutoPrepare;

        // What the operator sets comes behind it and counts.
        builder.Options = $"{SessionOptions} {builder.Options}".TrimEnd();
        Location = $"{builder.Database} on {builder.Host}:{builder.Port}";
        source = NpgsqlDataSource.Create(builder);
    }

    public string Name => "PostgreSql";

    public string Location { get; }

    public int WriteLanes => 4;

    public string PassOverLocked => "FOR UPDATE SKIP LOCKED";

    public string LockRows => "FOR UPDATE";

    public Task FavourIndexesAsync(Session session) => session.ExecuteAsync(
        "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off");

    public string TableExistsSql =>
        "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = @table)";

    public string NumbersSql(string parameter) =>
        $"SELECT entry AS value FROM unnest({parameter}) AS entry";

    public string DomainSql(string column) => $"SUBSTRING({column} FROM POSITION('@' IN {column}) + 1)";

    public string Spell(string sql) => spelt.GetOrAdd(sql, static text => InList().Replace(text, "= ANY(${list})"));

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) =>
        await source.OpenConnectionAsync(cancellationToken);

    // Sooner than the server looks for deadlocks, after a second: then it is never the others who are ended.
    public Task YieldAsync(Session session) => session.ExecuteAsync("SET LOCAL lock_timeout = '500ms'");

    // Who waits for another's transaction for longer than a command may take is told of the time and not of the lock.
    public bool IsBusy(DbException exception) => exception
        is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected }
        or NpgsqlException { InnerException: TimeoutException };

    // To plan a statement on a table in parts costs ten times what it costs to run it, and the server would do so each time.
    public Task FavourRepetitionAsync(DbConnection connection, CancellationToken cancellationToken) => connection.ExecuteAsync(
        new CommandDefinition("SET plan_cache_mode = force_generic_plan", cancellationToken: cancellationToken));

    public async Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "SELECT pg_advisory_xact_lock(@LockSpace, @WriteLock)", new { LockSpace, WriteLock }, transaction,
            cancellationToken: cancellationToken));
        return transaction;
    }

    public async Task<DbTransaction> BeginBesideAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);

    public async Task InsertManyAsync(
        DbConnection connection, DbTransaction? transaction, string table, IReadOnlyList<string> columns,
        IEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        await using var writer = await ((NpgsqlConnection)connection).BeginBinaryImportAsync(
            $"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var row in rows)
        {
            await writer.StartRowAsync(cancellationToken);
            foreach (var value in row)
            {
                await (value switch
                {
                    null => writer.WriteNullAsync(cancellationToken),
                    long number => writer.WriteAsync(number, NpgsqlDbType.Bigint, cancellationToken),
                    double number => writer.WriteAsync(number, NpgsqlDbType.Double, cancellationToken),
                    string text => writer.WriteAsync(ColumnTypes.TextOf(text), NpgsqlDbType.Text, cancellationToken),
                    _ => throw new ArgumentException($"A column holds no {value.GetType()}.", nameof(rows)),
                });
            }
        }

        // What is not completed is not there.
        await writer.CompleteAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<string>> CheckAsync(DbConnection connection, CancellationToken cancellationToken) =>
    [
        .. await connection.QueryAsync<string>("""
            SELECT 'The index ' || indexrelid::regclass || ' is not valid; REINDEX it.' FROM pg_index WHERE NOT indisvalid
            UNION ALL
            SELECT 'The constraint ' || conname || ' of ' || conrelid::regclass || ' was never validated.'
            FROM pg_constraint WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
            UNION ALL
            SELECT checksum_failures || ' pages of the database were damaged when they were read; see the server''s log.'
            FROM pg_stat_database WHERE datname = current_database() AND checksum_failures > 0
            """),
    ];

    public TrendingMailException? Explain(DbException exception) => exception switch
    {
        PostgresException { SqlState: var state } server => state switch
        {
            PostgresErrorCodes.InvalidCatalogName => Fault("does not exist",
                "create it: createdb --template template0 --encoding UTF8"),
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => Fault(
                "refuses the user", "see user name and password in Database:ConnectionString, and the server's pg_hba.conf"),
            PostgresErrorCodes.InsufficientPrivilege => Fault($"does not allow it ({server.MessageText})",
                "give the user the right, or let it own the database"),
            PostgresErrorCodes.ReadOnlySqlTransaction => Fault("can only be read",
                "it is a standby, or was set so: name the primary in Database:ConnectionString"),
            PostgresErrorCodes.DiskFull => Fault("cannot grow: the disk is full", "free some space; nothing was lost"),
            PostgresErrorCodes.TooManyConnections => Fault("takes no more connections",
                "raise max_connections, or lower 'Maximum Pool Size' in Database:ConnectionString"),
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DeadlockDetected =>
                Fault("was busy for too long", "see what else runs on it, and try again"),
            IdleInTransaction => Fault("ended a transaction that had been silent for too long",
                "this node was held up, or cut off; it is tried again by itself"),
            _ when state.StartsWith("57P", StringComparison.Ordinal) || state.StartsWith("08", StringComparison.Ordinal) =>
                Fault($"is going down or starting ({server.MessageText})", "it is tried again by itself"),
            _ when state.StartsWith("XX", StringComparison.Ordinal) => Fault($"is damaged ({server.MessageText})",
                "see the server's log, and restore a backup"),
            _ => null,
        },
        NpgsqlException fault => Fault($"is out of reach ({fault.InnerException?.Message ?? fault.Message})",
            "see that the server runs and that Database:ConnectionString is right"),
        _ => null,
    };

    public void Dispose() => source.Dispose();

    private TrendingMailException Fault(string what, string remedy) =>
        new($"The database {Location} {what}: {remedy}.");

    [GeneratedRegex(@"\bIN (?<list>@\w+)")]
    private static partial Regex InList();
}
