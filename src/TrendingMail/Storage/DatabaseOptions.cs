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

    public IEnumerable<string> Validate()
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return "Database:ConnectionString is empty; for SQLite use 'Data Source=data/trendingmail.db'.";
        }
    }
}
