using TrendingMail.Storage.PostgreSql;
using TrendingMail.Storage.Sqlite;

namespace TrendingMail.Storage;

/// <summary>The database engine.</summary>
public enum DatabaseProvider
{
    Sqlite,
    PostgreSql,
}

/// <summary>Settings of section <c>Database</c>.</summary>
public sealed record DatabaseOptions
{
    public DatabaseProvider Provider { get; init; } = DatabaseProvider.Sqlite;

    /// <summary>
    /// ADO.NET connection string. For SQLite, a relative <c>Data Source</c> is resolved against the folder in which the
    /// program is started.
    /// </summary>
    public string ConnectionString { get; init; } = "Data Source=data/trendingmail.db";

    /// <summary>Creates the engine's dialect without opening a connection.</summary>
    /// <param name="baseDirectory">The folder against which relative paths are resolved.</param>
    /// <exception cref="TrendingMailException">The connection string is not valid for the engine.</exception>
    public IDialect CreateDialect(string baseDirectory) => Provider == DatabaseProvider.PostgreSql
        ? new PostgreSqlDialect(ConnectionString)
        : new SqliteDialect(ConnectionString, baseDirectory);

    public IEnumerable<string> Validate()
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return "Database:ConnectionString is empty; for SQLite use 'Data Source=data/trendingmail.db'.";
        }
    }
}
