using System.Data.Common;

namespace TrendingMail.Storage;

/// <summary>What differs from one database engine to the next. SQL that both engines share stands beside its caller.</summary>
public interface IDialect
{
    /// <summary>The engine's name as the settings spell it; also the folder of its migrations.</summary>
    string Name { get; }

    /// <summary>Where the data is, without secrets, for messages.</summary>
    string Location { get; }

    /// <summary>How many transactions that write one process may have open at once.</summary>
    int WriteLanes { get; }

    /// <summary>Opens a connection with every setting that our promises rely on.</summary>
    Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Prepares a statement that is run many times; <paramref name="names"/> are those of its parameters.</summary>
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

    /// <summary>Sets a connection, until it is opened the next time, for transactions that write very many rows.</summary>
    Task FavourBulkAsync(DbConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sets a connection, until it is opened the next time, for few statements that are run very many times.</summary>
    Task FavourRepetitionAsync(DbConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Until the transaction ends, it gives up soon rather than keep others waiting who hold what it needs; then
    /// <see cref="IsBusy"/>, and it is to be tried again.
    /// </summary>
    Task YieldAsync(Session session) => Task.CompletedTask;

    /// <summary>Whether a fault only says that others were in the way.</summary>
    bool IsBusy(DbException exception) => false;

    /// <summary>Begins a transaction that may write from its first statement on.</summary>
    Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>The statement as this engine spells it: <c>IN @list</c>, which Dapper writes out for most engines.</summary>
    string Spell(string sql) => sql;

    /// <summary>
    /// Begins a transaction whose statements each decide by themselves, whatever others write meanwhile: it runs beside them on an
    /// engine that can.
    /// </summary>
    Task<DbTransaction> BeginBesideAsync(DbConnection connection, CancellationToken cancellationToken) =>
        BeginWriteAsync(connection, cancellationToken);

    /// <summary>
    /// The end of a subquery that picks rows to be updated: passes over those that others are about to update, so that many
    /// can pick at once. Empty where there is one writer.
    /// </summary>
    string PassOverLocked => "";

    /// <summary>
    /// The end of a query whose rows are not to change until the transaction ends: waits for who is about to. Empty where there is one
    /// writer.
    /// </summary>
    string LockRows => "";

    /// <summary>
    /// Until the transaction ends, rows are found by indexes, whatever the engine believes of how many there are: for small slices of
    /// big tables that may have been filled just now.
    /// </summary>
    Task FavourIndexesAsync(Session session) => Task.CompletedTask;

    /// <summary>Whether a table exists, as a query of one truth value for the parameter <c>@table</c>.</summary>
    string TableExistsSql { get; }

    /// <summary>A query for the numbers of a <see cref="NumberList"/>, as one column <c>value</c>.</summary>
    /// <param name="parameter">With its @.</param>
    string NumbersSql(string parameter);

    /// <summary>What stands behind the @ of the addresses in a column.</summary>
    string DomainSql(string column) => $"SUBSTR({column}, INSTR({column}, '@') + 1)";

    /// <summary>Looks through the stored data for damage; one line for each fault, none when all is well.</summary>
    Task<IReadOnlyList<string>> CheckAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>The fault as one line for the operator, or null where the exception is a defect of ours.</summary>
    TrendingMailException? Explain(DbException exception);
}
