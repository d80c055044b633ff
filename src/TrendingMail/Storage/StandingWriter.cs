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
                statements ??= new Statements(
                    database.Dialect, await database.Dialect.OpenAsync(cancellationToken));
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

    public async ValueTask DisposeAsync()
    {
        foreach (var statement in prepared.Values)
        {
            statement.Dispose();
        }

        await Connection.DisposeAsync();
    }
}
