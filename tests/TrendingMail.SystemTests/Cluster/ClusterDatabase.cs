using Npgsql;

namespace TrendingMail.SystemTests.Cluster;

/// <summary>An empty PostgreSQL database for nodes to share.</summary>
internal sealed class ClusterDatabase : IAsyncDisposable
{
    private readonly string name = $"nodes_{Guid.NewGuid():n}";
    private readonly string server;

    private ClusterDatabase(string server) => this.server = server;

    /// <summary>The server started by tests/run.sh.</summary>
    public static string SharedServer
    {
        get
        {
            var server = Environment.GetEnvironmentVariable("TEST_POSTGRESQL");
            if (string.IsNullOrEmpty(server))
            {
                Require.Skip(
                    "TEST_POSTGRESQL is not set: as root, run tests/run.sh, which installs and starts PostgreSQL");
            }

            return server!;
        }
    }

    public static Task<ClusterDatabase> CreateAsync() => CreateAsync(SharedServer);

    /// <param name="server">A connection string without a database, for a user with CREATEDB.</param>
    public static async Task<ClusterDatabase> CreateAsync(string server)
    {
        var database = new ClusterDatabase(server);
        await database.ExecuteAsync("postgres", $"CREATE DATABASE {database.name} TEMPLATE template0 ENCODING 'UTF8'");
        return database;
    }

    /// <summary>Creates a node that uses this database.</summary>
    public TestApp CreateNode() => Configure(new TestApp());

    /// <summary>Configures a node to use this database.</summary>
    public TestApp Configure(TestApp node)
    {
        node.Settings["Database__Provider"] = "PostgreSql";
        node.Settings["Database__ConnectionString"] = ConnectionStringFor(name);
        return node;
    }

    /// <summary>Configures a node to reach the database through another port.</summary>
    public void RouteThroughPort(TestApp node, int port) =>
        node.Settings["Database__ConnectionString"] =
            new NpgsqlConnectionStringBuilder(ConnectionStringFor(name)) { Port = port }.ConnectionString;

    public Task ExecuteAsync(string sql) => ExecuteAsync(name, sql);

    /// <summary>Executes a query that returns one value.</summary>
    public async Task<T> SingleAsync<T>(string sql)
    {
        await using var connection = await OpenAsync(name);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync() => await ExecuteAsync("postgres", $"DROP DATABASE {name} WITH (FORCE)");

    private string ConnectionStringFor(string database) =>
        new NpgsqlConnectionStringBuilder(server) { Database = database, MaxPoolSize = 10 }.ConnectionString;

    private async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection($"{ConnectionStringFor(database)};Pooling=false");
        await connection.OpenAsync(CancellationToken.None);
        return connection;
    }

    private async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
