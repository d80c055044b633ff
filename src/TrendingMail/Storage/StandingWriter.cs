using System.Data.Common;

namespace TrendingMail.Storage;

/// <summary>
/// One connection that stays open, with statements that are prepared once: for small transactions many times a second.
/// For one user at a time.
/// </summary>
public sealed class StandingWriter(Database database) : IAsyncDisposable
{
    private Statements? statements;

    /// <summary>Runs work in one transaction that is durable when this returns, or undone where it throws.</summary>
    /// <exception cref="TrendingMailException">The database is locked, damaged, read-only, full or out of reach.</exception>
    public Task WriteAsync(Func<Statements, Task> work, CancellationToken cancellationToken) =>
        database.InWriteLaneAsync(async () =>
        {
            try
            {
                statements ??= new Statements(database.Dialect, await OpenAsync(cancellationToken));
                await using var transaction =
                    await database.Dialect.BeginBesideAsync(statements.Connection, cancellationToken);
                await work(statements);
                await transaction.CommitAsync(cancellationToken);
            }
            catch
            {
                // Whatever went wrong, the next transaction begins with a connection of which nothing is doubtful.
                await DisposeAsync();
                throw;
            }
        }, cancellationToken);

    private async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await database.Dialect.OpenAsync(cancellationToken);
        await database.Dialect.FavourRepetitionAsync(connection, cancellationToken);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (statements is not null)
        {
            await statements.DisposeAsync();
            statements = null;
        }
    }
}

/// <summary>A statement to be run, with its parameters' names and their values in the same order; see <see cref="Statement"/>.</summary>
public readonly record struct StatementCall(string Sql, string[] Names, object?[] Values);

/// <summary>The prepared statements of one connection, by their SQL.</summary>
public sealed class Statements : IAsyncDisposable
{
    private readonly Dictionary<string, Statement> prepared = [];
    private readonly IDialect dialect;

    internal Statements(IDialect dialect, DbConnection connection)
    {
        this.dialect = dialect;
        Connection = connection;
    }

    internal DbConnection Connection { get; }

    /// <summary>A statement that is prepared when it is asked for the first time.</summary>
    /// <param name="names">Of its parameters, in the order of its values.</param>
    public Statement Get(string sql, params string[] names)
    {
        if (!prepared.TryGetValue(sql, out var statement))
        {
            prepared.Add(sql, statement = dialect.Prepare(Connection, null, sql, names));
        }

        return statement;
    }

    /// <summary>Runs statements in their order, in one go where there is a network between us and the engine.</summary>
    /// <returns>The number of rows that each has changed.</returns>
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
                parameter.Value = CommandStatement.ValueOf(call.Values[i]);
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
