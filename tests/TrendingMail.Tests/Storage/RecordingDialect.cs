using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TrendingMail.Storage;
using TrendingMail.Storage.Sqlite;

namespace TrendingMail.Tests.Storage;

/// <summary>SQLite that records every statement as the engine executed it, with literals masked.</summary>
internal sealed partial class RecordingDialect(SqliteDialect inner) : IDialect
{
    private readonly ConcurrentQueue<string> statements = [];

    public string Name => inner.Name;

    public string Location => inner.Location;

    public int MaximumConcurrentWrites => inner.MaximumConcurrentWrites;

    public string TableExistsSql => inner.TableExistsSql;

    public string NumbersSql(string parameter) => inner.NumbersSql(parameter);

    /// <summary>Returns the statements executed since the last call.</summary>
    public IReadOnlyList<string> TakeStatements()
    {
        var taken = new List<string>();
        while (statements.TryDequeue(out var statement))
        {
            taken.Add(statement);
        }

        return taken;
    }

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await inner.OpenAsync(cancellationToken);
        raw.sqlite3_trace(((SqliteConnection)connection).Handle, (_, sql) => Record(sql), null);
        return connection;
    }

    /// <summary>Ignores PRAGMAs, which run whenever the pool opens a new connection.</summary>
    private void Record(string sql)
    {
        if (!sql.AsSpan().TrimStart().StartsWith("PRAGMA", StringComparison.Ordinal))
        {
            statements.Enqueue(Literals().Replace(sql, "?"));
        }
    }

    public Statement Prepare(
        DbConnection connection, DbTransaction? transaction, string sql, IReadOnlyList<string> names) =>
        inner.Prepare(connection, transaction, sql, names);

    public Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        inner.BeginWriteAsync(connection, cancellationToken);

    public Task<IReadOnlyList<string>> CheckAsync(DbConnection connection, CancellationToken cancellationToken) =>
        inner.CheckAsync(connection, cancellationToken);

    public TrendingMailException? Explain(DbException exception) => inner.Explain(exception);

    [GeneratedRegex("'(?:[^']|'')*'|\\b\\d+\\b|NULL")]
    private static partial Regex Literals();
}
