namespace TrendingMail.Storage;

/// <summary>The database engine.</summary>
public enum DatabaseProvider
{
    /// <summary>A file, for one process.</summary>
    Sqlite,

    /// <summary>A server of version 15 or later, for any number of processes.</summary>
    PostgreSql,
}

/// <summary>Settings of section <c>Database</c>.</summary>
public sealed record DatabaseOptions
{
    /// <summary>The database engine.</summary>
    public DatabaseProvider Provider { get; init; } = DatabaseProvider.Sqlite;

    /// <summary>
    /// ADO.NET connection string. For SQLite, a relative <c>Data Source</c> is resolved against the folder in which the
    /// program is started.
    /// </summary>
    /// <value>an ADO.NET connection string</value>
    public string ConnectionString { get; init; } = "Data Source=data/trendingmail.db";

    public IEnumerable<string> Validate()
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return "Database:ConnectionString is empty; for SQLite use 'Data Source=data/trendingmail.db'.";
        }
    }
}
