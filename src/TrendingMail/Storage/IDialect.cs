using System.Data.Common;

namespace TrendingMail.Storage;

/// <summary>
/// The differences between database engines. SQL that works on every engine stays next to its caller.
/// </summary>
public interface IDialect
{
    /// <summary>The engine's name in the settings, which is also the folder of its migrations.</summary>
    string Name { get; }

    /// <summary>Where the data is, for messages; contains no secrets.</summary>
    string Location { get; }

    /// <summary>The files that hold the data, if it is on this machine; they need not exist.</summary>
    IReadOnlyList<string> Files => [];

    /// <summary>The maximum number of concurrent write transactions per process.</summary>
    int MaximumConcurrentWrites { get; }

    /// <summary>Opens a connection with all settings that durability and consistency depend on.</summary>
    Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Prepares a statement for repeated execution; <paramref name="names"/> are its parameters.</summary>
    Statement Prepare(DbConnection connection, DbTransaction? transaction, string sql, IReadOnlyList<string> names) =>
        new CommandStatement(connection, transaction, sql, names);

    /// <summary>Inserts rows; see <see cref="Session.InsertManyAsync"/>.</summary>
    async Task InsertManyAsync(
        DbConnection connection, DbTransaction? transaction, string table, IReadOnlyList<string> columns,
        IEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        string[] names = [.. columns.Select(column => $"@{column}")];
        using var insert = Prepare(connection, transaction,
            $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", names)})", names);
        foreach (var row in rows)
        {
            await insert.ExecuteAsync(row);
        }
    }

    /// <summary>Tunes a connection, until it returns to the pool, for transactions that write many rows.</summary>
    Task TuneForBulkWritesAsync(DbConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Tunes a connection, until it returns to the pool, for few statements that run very often.</summary>
    Task TuneForPreparedStatementsAsync(DbConnection connection, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>
    /// For the rest of the transaction, fails quickly instead of waiting for a lock and blocking others behind it. The
    /// caller retries when <see cref="IsBusy"/> is true.
    /// </summary>
    Task LimitLockWaitAsync(Session session) => Task.CompletedTask;

    /// <summary>Whether an error was caused only by lock contention.</summary>
    bool IsBusy(DbException exception) => false;

    /// <summary>Begins a transaction that holds the write lock from the start.</summary>
    Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>
    /// Translates a statement to this engine's syntax: <c>IN @list</c>, which Dapper expands itself for most engines.
    /// </summary>
    string Translate(string sql) => sql;

    /// <summary>
    /// Begins a transaction that takes no global write lock, where the engine allows concurrent writers. Each of its
    /// statements must be correct whatever others write in the meantime.
    /// </summary>
    Task<DbTransaction> BeginConcurrentAsync(DbConnection connection, CancellationToken cancellationToken) =>
        BeginWriteAsync(connection, cancellationToken);

    /// <summary>
    /// The clause that ends a subquery selecting rows to update: skips rows locked by others, so that several workers
    /// can select at once. Empty if the engine has a single writer.
    /// </summary>
    string SkipLocked => "";

    /// <summary>
    /// The clause that ends a query whose rows must not change until the transaction ends: waits for their locks. Empty
    /// if the engine has a single writer.
    /// </summary>
    string LockRows => "";

    /// <summary>
    /// For the rest of the transaction, makes the planner prefer index scans whatever the statistics say: for small
    /// ranges of large tables that may have been filled a moment ago.
    /// </summary>
    Task PreferIndexScansAsync(Session session) => Task.CompletedTask;

    /// <summary>A query that returns whether the table <c>@table</c> exists.</summary>
    string TableExistsSql { get; }

    /// <summary>A query that returns the numbers of a <see cref="NumberList"/> in one column, <c>value</c>.</summary>
    /// <param name="parameter">The parameter's name, including the @.</param>
    string NumbersSql(string parameter);

    /// <summary>An expression for the domain of the address in a column.</summary>
    string DomainSql(string column) => $"SUBSTR({column}, INSTR({column}, '@') + 1)";

    /// <summary>A query that returns the time by the database's clock, in milliseconds since 1970.</summary>
    string ClockSql => "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

    /// <summary>A query that returns the size of the database in bytes.</summary>
    string SizeSql => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";

    /// <summary>Checks the stored data for corruption; returns one line per problem, none if all is well.</summary>
    Task<IReadOnlyList<string>> CheckAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>A one-line message for the operator, or null if the exception points to a bug of ours.</summary>
    TrendingMailException? Explain(DbException exception);
}
