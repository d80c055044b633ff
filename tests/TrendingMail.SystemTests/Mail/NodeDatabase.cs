using Npgsql;

namespace TrendingMail.SystemTests.Mail;

/// <summary>An empty PostgreSQL database for nodes that are to share it.</summary>
internal sealed class NodeDatabase : IAsyncDisposable
{
    private readonly string name = $"nodes_{Guid.NewGuid():n}";

    private static string? Server => Environment.GetEnvironmentVariable("TEST_POSTGRESQL");

    public static async Task<NodeDatabase> CreateAsync()
    {
        if (string.IsNullOrEmpty(Server))
        {
            Need.Missing("TEST_POSTGRESQL is not set: as root, run tests/run.sh, which installs and starts PostgreSQL");
        }

        var database = new NodeDatabase();
        await ExecuteAsync("postgres", $"CREATE DATABASE {database.name} TEMPLATE template0 ENCODING 'UTF8'");
        return database;
    }

    /// <summary>A folder of its own for one more node.</summary>
    public ProgramHome NewNode()
    {
        var node = new ProgramHome();
        node.Settings["Database__Provider"] = "PostgreSql";
        node.Settings["Database__ConnectionString"] = $"{Server};Database={name};Maximum Pool Size=10";
        return node;
    }

    public Task ExecuteAsync(string sql) => ExecuteAsync(name, sql);

    public async ValueTask DisposeAsync() => await ExecuteAsync("postgres", $"DROP DATABASE {name} WITH (FORCE)");

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection($"{Server};Database={database};Pooling=false");
        await connection.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
