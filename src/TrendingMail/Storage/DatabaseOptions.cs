namespace TrendingMail.Storage;

/// <summary>The engine that keeps the data.</summary>
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
    /// ADO.NET connection string. For SQLite a relative <c>Data Source</c> is taken from the folder in which the
    /// program is started.
    /// </summary>
    public string ConnectionString { get; init; } = "Data Source=data/trendingmail.db";

    /// <summary>Makes the engine's dialect; nothing is opened yet.</summary>
    /// <param name="baseDirectory">Where relative files are taken from.</param>
    /// <exception cref="TrendingMailException">The connection string is not one of the engine's.</exception>
    public IDialect ToDialect(string baseDirectory) => Provider == DatabaseProvider.PostgreSql
        ? new PostgreSqlDialect(ConnectionString)
        : new SqliteDialect(ConnectionString, baseDirectory);

    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return "Database:ConnectionString is empty; for SQLite give 'Data Source=data/trendingmail.db'.";
        }
    }
}
