using System.Data.Common;
using Dapper;

namespace TrendingMail.Storage;

/// <summary>A connection in use, with its transaction where it may write: what SQL runs on.</summary>
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

    /// <summary>Changes the schema, however long that takes: of a large table an index is made in minutes.</summary>
    public Task<int> ExecuteSchemaAsync(string sql) => connection.ExecuteAsync(new CommandDefinition(
        sql, transaction: transaction, commandTimeout: 0, cancellationToken: cancellationToken));

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await connection.QueryAsync<T>(Command(sql, parameters))).AsList();

    /// <summary>The first row, or the type's default (null for a record) where there is none.</summary>
    public Task<T?> FirstOrDefaultAsync<T>(string sql, object? parameters = null) =>
        connection.QueryFirstOrDefaultAsync<T>(Command(sql, parameters));

    /// <summary>The only column of the only row.</summary>
    public Task<T> SingleAsync<T>(string sql, object? parameters = null) =>
        connection.QuerySingleAsync<T>(Command(sql, parameters));

    /// <summary>Prepares a statement that is run many times, with the names of its parameters in the order of its values.</summary>
    public Statement Prepare(string sql, params string[] names) => Dialect.Prepare(connection, transaction, sql, names);

    /// <summary>
    /// Inserts very many rows, in the engine's fastest way; their values are what <see cref="Statement"/> takes, in the order of the
    /// columns. A conflict is a fault.
    /// </summary>
    public Task InsertManyAsync(string table, IReadOnlyList<string> columns, IEnumerable<object?[]> rows) =>
        Dialect.InsertManyAsync(connection, transaction, table, columns, rows, cancellationToken);

    private CommandDefinition Command(string sql, object? parameters) =>
        new(Dialect.Spell(sql), parameters, transaction, cancellationToken: cancellationToken);
}
