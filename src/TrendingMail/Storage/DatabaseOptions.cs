namespace TrendingMail.Storage;

/// <summary>The engine that keeps the data.</summary>
public enum DatabaseProvider
{
    Sqlite,
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

    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return "Database:ConnectionString is empty; for SQLite give 'Data Source=data/trendingmail.db'.";
        }
    }
}
