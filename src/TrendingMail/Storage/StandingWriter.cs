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
                statements ??= new Statements(await database.Dialect.OpenAsync(cancellationToken));
                await using var transaction =
                    await database.Dialect.BeginWriteAsync(statements.Connection, cancellationToken);
                statements.Transaction = transaction;
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

    public async ValueTask DisposeAsync()
    {
        if (statements is not null)
        {
            await statements.DisposeAsync();
            statements = null;
        }
    }
}

/// <summary>The prepared statements of one connection, by their SQL.</summary>
public sealed class Statements : IAsyncDisposable
{
    private readonly Dictionary<string, DbCommand> prepared = [];

    internal Statements(DbConnection connection)
    {
        Connection = connection;
    }

    internal DbConnection Connection { get; }

    internal DbTransaction? Transaction { get; set; }

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    /// <param name="values">The same names in the same order at each call; null, text and 64-bit numbers.</param>
    public Task<int> ExecuteAsync(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in values)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                command.Parameters.Add(parameter);
            }

            prepared.Add(sql, command);
        }

        command.Transaction = Transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i].Value ?? DBNull.Value;
        }

        return command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in prepared.Values)
        {
            await command.DisposeAsync();
        }

        await Connection.DisposeAsync();
    }
}
