using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace TrendingMail.Storage.PostgreSql;

/// <summary>PostgreSQL 15 or newer, encoded as UTF-8: for many subscribers, or several nodes on one database.</summary>
public sealed partial class PostgreSqlDialect : IDialect, IDisposable
{
    /// <summary>
    /// The advisory lock that each write transaction holds to its end, so that only one runs at a time across all nodes
    /// and what it has read stays true, as with SQLite. Only transactions begun by <see cref="BeginConcurrentAsync"/>
    /// do without it: the delivery queue's claims and outcomes. ("tm" and "wr" in ASCII.)
    /// </summary>
    private const int LockSpace = 0x746D, WriteLock = 0x7772;

    /// <summary>Prepared statements cached per connection.</summary>
    private const int PreparedStatementCacheSize = 200;

    /// <summary>
    /// JIT compilation takes up to hundreds of milliseconds and starts whenever the planner expects many rows: the
    /// query for due subscribers took 2 ms or 200. A node that stalls inside a transaction, blocking others with its
    /// locks, loses the transaction after 15 s; one that has vanished from the network, after 30 s.
    /// </summary>
    private const string SessionOptions =
        "-c jit=off -c idle_in_transaction_session_timeout=15s -c tcp_user_timeout=30s " +
        "-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    /// <summary>SQLSTATE idle_in_transaction_session_timeout, for which Npgsql has no constant.</summary>
    private const string IdleInTransactionTimeout = "25P03";

    private readonly ConcurrentDictionary<string, string> translations = [];
    private readonly NpgsqlDataSource dataSource;

    /// <param name="connectionString">An Npgsql connection string with host and database.</param>
    /// <exception cref="TrendingMailException">The connection string is invalid.</exception>
    public PostgreSqlDialect(string connectionString)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException e)
        {
            throw new TrendingMailException(
                $"Database:ConnectionString is not a PostgreSQL connection string: {e.Message}", e);
        }

        if (string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database))
        {
            throw new TrendingMailException("Database:ConnectionString must name a host and a database, for example " +
                "'Host=127.0.0.1;Database=trendingmail;Username=trendingmail'.");
        }

        builder.ApplicationName ??= "TrendingMail";
        builder.MaxAutoPrepare = builder.MaxAutoPrepare == 0 ? PreparedStatementCacheSize : builder.MaxAutoPrepare;

        // The operator's options come last and take precedence.
        builder.Options = $"{SessionOptions} {builder.Options}".TrimEnd();
        Location = $"{builder.Database} on {builder.Host}:{builder.Port}";
        dataSource = NpgsqlDataSource.Create(builder);
    }

    public string Name => "PostgreSql";

    public string Location { get; }

    public int MaximumConcurrentWrites => 4;

    public string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public string LockRows => "FOR UPDATE";

    public Task PreferIndexScansAsync(Session session) => session.ExecuteAsync(
        "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off");

    public string TableExistsSql =>
        "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = @table)";

    public string NumbersSql(string parameter) =>
        $"SELECT entry AS value FROM unnest({parameter}) AS entry";

    public string DomainSql(string column) => $"SUBSTRING({column} FROM POSITION('@' IN {column}) + 1)";

    public string ClockSql => "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT";

    public string SizeSql => "SELECT pg_database_size(current_database())";

    public string Translate(string sql) =>
        translations.GetOrAdd(sql, static text => InListParameter().Replace(text, "= ANY(${list})"));

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) =>
        await dataSource.OpenConnectionAsync(cancellationToken);

    // Shorter than deadlock_timeout (1 s), so that deadlock detection never cancels the other transactions.
    public Task LimitLockWaitAsync(Session session) => session.ExecuteAsync("SET LOCAL lock_timeout = '500ms'");

    // Waiting for another transaction beyond the command timeout surfaces as a timeout, not as a lock error.
    public bool IsBusy(DbException exception) => exception
        is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected }
        or NpgsqlException { InnerException: TimeoutException };

    // Planning a statement on a partitioned table costs ten times its execution; a custom plan would pay that each
    // time.
    public Task TuneForPreparedStatementsAsync(DbConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
        new CommandDefinition("SET plan_cache_mode = force_generic_plan", cancellationToken: cancellationToken));

    public async Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "SELECT pg_advisory_xact_lock(@LockSpace, @WriteLock)", new { LockSpace, WriteLock }, transaction,
            cancellationToken: cancellationToken));
        return transaction;
    }

    public async Task<DbTransaction> BeginConcurrentAsync(
        DbConnection connection, CancellationToken cancellationToken) =>
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
                    string text =>
                        writer.WriteAsync(ColumnTypes.ReplaceNul(text), NpgsqlDbType.Text, cancellationToken),
                    _ => throw new ArgumentException($"A column cannot hold a {value.GetType()}.", nameof(rows)),
                });
            }
        }

        // Without Complete, no row is written.
        await writer.CompleteAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<string>> CheckAsync(DbConnection connection, CancellationToken cancellationToken) =>
    [
        .. await connection.QueryAsync<string>("""
            SELECT 'The index ' || indexrelid::regclass || ' is invalid; REINDEX it.' FROM pg_index WHERE NOT indisvalid
            UNION ALL
            SELECT 'The constraint ' || conname || ' of ' || conrelid::regclass || ' has not been validated.'
            FROM pg_constraint WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
            UNION ALL
            SELECT checksum_failures || ' pages of the database failed their checksums; see the server log.'
            FROM pg_stat_database WHERE datname = current_database() AND checksum_failures > 0
            """),
    ];

    public TrendingMailException? Explain(DbException exception) => exception switch
    {
        PostgresException { SqlState: var state } error => state switch
        {
            PostgresErrorCodes.InvalidCatalogName => Fault("does not exist",
                "create it with: createdb --template template0 --encoding UTF8"),
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => Fault(
                "rejects the user",
                "check the user name and password in Database:ConnectionString, and the server's pg_hba.conf"),
            PostgresErrorCodes.InsufficientPrivilege => Fault($"denies permission ({error.MessageText})",
                "grant the user the privilege, or make it the owner of the database"),
            PostgresErrorCodes.ReadOnlySqlTransaction => Fault("is read-only",
                "it is a standby or was configured read-only; name the primary in Database:ConnectionString"),
            PostgresErrorCodes.DiskFull => Fault("cannot grow: the disk is full", "free some space; nothing was lost"),
            PostgresErrorCodes.TooManyConnections => Fault("accepts no more connections",
                "raise max_connections, or lower 'Maximum Pool Size' in Database:ConnectionString"),
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
                or PostgresErrorCodes.DeadlockDetected =>
                Fault("was busy for too long", "check what else runs on it, then try again"),
            IdleInTransactionTimeout => Fault("ended a transaction that was idle for too long",
                "this node stalled or lost its connection; it retries automatically"),
            _ when state.StartsWith("57P", StringComparison.Ordinal) ||
                state.StartsWith("08", StringComparison.Ordinal) =>
                Fault($"is shutting down or starting up ({error.MessageText})",
                    "the operation is retried automatically"),
            _ when state.StartsWith("XX", StringComparison.Ordinal) => Fault($"is damaged ({error.MessageText})",
                "check the server log and restore a backup"),
            _ => null,
        },
        NpgsqlException error => Fault($"is unavailable ({error.InnerException?.Message ?? error.Message})",
            "check that the server is running and that Database:ConnectionString is correct"),
        _ => null,
    };

    public void Dispose() => dataSource.Dispose();

    private TrendingMailException Fault(string what, string remedy) =>
        new($"The database {Location} {what}: {remedy}.");

    [GeneratedRegex(@"\bIN (?<list>@\w+)")]
    private static partial Regex InListParameter();
}
