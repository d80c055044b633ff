using System.Data.Common;

namespace TrendingMail.Storage.Writing;

/// <summary>
/// A long-lived connection with statements that are prepared once, for small transactions many times a second.
/// Not thread-safe.
/// </summary>
public sealed class PersistentWriter(Database database) : IAsyncDisposable
{
    private PreparedStatements? preparedStatements;

    /// <summary>Runs work in one transaction: durable when this returns, rolled back when it throws.</summary>
    /// <exception cref="TrendingMailException">
    /// The database is locked, damaged, read-only, full or unavailable.
    /// </exception>
    public Task WriteAsync(Func<PreparedStatements, Task> work, CancellationToken cancellationToken) =>
        database.WithWritePermitAsync(async () =>
        {
            try
            {
                preparedStatements ??= new PreparedStatements(database.Dialect, await OpenAsync(cancellationToken));
                await using var transaction =
                    await database.Dialect.BeginConcurrentAsync(preparedStatements.Connection, cancellationToken);
                await work(preparedStatements);
                await transaction.CommitAsync(cancellationToken);
            }
            catch
            {
                // Whatever went wrong, the next transaction starts on a fresh connection in a known state.
                await DisposeAsync();
                throw;
            }
        }, cancellationToken);

    private async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await database.Dialect.OpenAsync(cancellationToken);
        await database.Dialect.TuneForPreparedStatementsAsync(connection, cancellationToken);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (preparedStatements is not null)
        {
            await preparedStatements.DisposeAsync();
            preparedStatements = null;
        }
    }
}

/// <summary>
/// A statement to execute: parameter names, and values in the same order; see <see cref="Statement"/>.
/// </summary>
public readonly record struct StatementCall(string Sql, string[] Names, object?[] Values);

/// <summary>The prepared statements of one connection, keyed by SQL.</summary>
public sealed class PreparedStatements : IAsyncDisposable
{
    private readonly Dictionary<string, Statement> prepared = [];
    private readonly IDialect dialect;

    internal PreparedStatements(IDialect dialect, DbConnection connection)
    {
        this.dialect = dialect;
        Connection = connection;
    }

    internal DbConnection Connection { get; }

    /// <summary>Returns a statement, preparing it on first use.</summary>
    /// <param name="names">The parameters' names, in the order of the values.</param>
    public Statement Get(string sql, params string[] names)
    {
        if (!prepared.TryGetValue(sql, out var statement))
        {
            prepared.Add(sql, statement = dialect.Prepare(Connection, null, sql, names));
        }

        return statement;
    }

    /// <summary>Executes statements in order, in a single round trip if the engine supports batches.</summary>
    /// <returns>The number of rows each statement changed.</returns>
    public async Task<int[]> ExecuteAsync(IReadOnlyList<StatementCall> calls)
    {
        var changed = new int[calls.Count];
        if (!Connection.CanCreateBatch)
        {
            for (var i = 0; i < changed.Length; i++)
            {
                changed[i] = await Get(calls[i].Sql, calls[i].Names).ExecuteAsync(calls[i].Values);
            }

            return changed;
        }

        if (changed.Length == 0)
        {
            return changed;
        }

        await using var batch = Connection.CreateBatch();
        foreach (var call in calls)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = call.Sql;
            for (var i = 0; i < call.Names.Length; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = call.Names[i];
                parameter.Value = CommandStatement.ToParameterValue(call.Values[i]);
                command.Parameters.Add(parameter);
            }

            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync();
        for (var i = 0; i < changed.Length; i++)
        {
            changed[i] = batch.BatchCommands[i].RecordsAffected;
        }

        return changed;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var statement in prepared.Values)
        {
            statement.Dispose();
        }

        await Connection.DisposeAsync();
    }
}
