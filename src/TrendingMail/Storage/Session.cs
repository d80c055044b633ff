using System.Data.Common;
using Dapper;

namespace TrendingMail.Storage;

/// <summary>A connection in use, with its transaction where it may write: what SQL runs on.</summary>
public sealed class Session
{
    private readonly IDialect dialect;
    private readonly DbConnection connection;
    private readonly DbTransaction? transaction;
    private readonly CancellationToken cancellationToken;

    internal Session(
        IDialect dialect, DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        this.dialect = dialect;
        this.connection = connection;
        this.transaction = transaction;
        this.cancellationToken = cancellationToken;
    }

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        connection.ExecuteAsync(Command(sql, parameters));

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await connection.QueryAsync<T>(Command(sql, parameters))).AsList();

    /// <summary>The first row, or the type's default (null for a record) where there is none.</summary>
    public Task<T?> FirstOrDefaultAsync<T>(string sql, object? parameters = null) =>
        connection.QueryFirstOrDefaultAsync<T>(Command(sql, parameters));

    /// <summary>The only column of the only row.</summary>
    public Task<T> SingleAsync<T>(string sql, object? parameters = null) =>
        connection.QuerySingleAsync<T>(Command(sql, parameters));

    /// <summary>Prepares a statement that is run many times, with the names of its parameters in the order of its values.</summary>
    public Statement Prepare(string sql, params string[] names) => dialect.Prepare(connection, transaction, sql, names);

    private CommandDefinition Command(string sql, object? parameters) =>
        new(dialect.Spell(sql), parameters, transaction, cancellationToken: cancellationToken);
}
