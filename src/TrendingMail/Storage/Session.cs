using System.Data.Common;
using Dapper;

namespace TrendingMail.Storage;

/// <summary>An open connection, with its transaction if it may write, on which SQL runs.</summary>
public sealed class Session
{
    private readonly DbConnection connection;
    private readonly DbTransaction? transaction;
    private readonly CancellationToken cancellationToken;

    internal Session(
        IDialect dialect, DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        Dialect = dialect;
        this.connection = connection;
        this.transaction = transaction;
        this.cancellationToken = cancellationToken;
    }

    internal IDialect Dialect { get; }

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        connection.ExecuteAsync(Command(sql, parameters));

    /// <summary>Changes the schema without a command timeout: indexing a large table takes minutes.</summary>
    public Task<int> ExecuteSchemaAsync(string sql) => connection.ExecuteAsync(new CommandDefinition(
        sql, transaction: transaction, commandTimeout: 0, cancellationToken: cancellationToken));

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await connection.QueryAsync<T>(Command(sql, parameters))).AsList();

    /// <summary>The first row, or the type's default (null for a record) if there is none.</summary>
    public Task<T?> FirstOrDefaultAsync<T>(string sql, object? parameters = null) =>
        connection.QueryFirstOrDefaultAsync<T>(Command(sql, parameters));

    /// <summary>The only column of the only row.</summary>
    public Task<T> SingleAsync<T>(string sql, object? parameters = null) =>
        connection.QuerySingleAsync<T>(Command(sql, parameters));

    /// <summary>Prepares a statement for repeated execution; the names are in the order of its values.</summary>
    public Statement Prepare(string sql, params string[] names) => Dialect.Prepare(connection, transaction, sql, names);

    /// <summary>
    /// Inserts many rows in the fastest way the engine offers. Values are of the types <see cref="Statement"/> takes,
    /// in the order of the columns. A conflict is an error.
    /// </summary>
    public Task InsertManyAsync(string table, IReadOnlyList<string> columns, IEnumerable<object?[]> rows) =>
        Dialect.InsertManyAsync(connection, transaction, table, columns, rows, cancellationToken);

    private CommandDefinition Command(string sql, object? parameters) =>
        new(Dialect.Translate(sql), parameters, transaction, cancellationToken: cancellationToken);
}
