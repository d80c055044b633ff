using Npgsql;

namespace TrendingMail.SystemTests.Mail;

/// <summary>An empty PostgreSQL database for nodes that are to share it.</summary>
internal sealed class NodeDatabase : IAsyncDisposable
{
    private readonly string name = $"nodes_{Guid.NewGuid():n}";
    private readonly string server;

    private NodeDatabase(string server) => this.server = server;

    /// <summary>The server that tests/run.sh starts.</summary>
    public static string SharedServer
    {
        get
        {
            var server = Environment.GetEnvironmentVariable("TEST_POSTGRESQL");
            if (string.IsNullOrEmpty(server))
            {
                Need.Missing("TEST_POSTGRESQL is not set: as root, run tests/run.sh, which installs and starts PostgreSQL");
            }

            return server!;
        }
    }

    public static Task<NodeDatabase> CreateAsync() => CreateAsync(SharedServer);

    /// <param name="server">Npgsql's connection string, without a database, of a user who may create some.</param>
    public static async Task<NodeDatabase> CreateAsync(string server)
    {
        var database = new NodeDatabase(server);
        await database.ExecuteAsync("postgres", $"CREATE DATABASE {database.name} TEMPLATE template0 ENCODING 'UTF8'");
        return database;
    }

    /// <summary>A folder of its own for one more node.</summary>
    public ProgramHome NewNode() => Take(new ProgramHome());

    /// <summary>Lets a node use this database.</summary>
    public ProgramHome Take(ProgramHome node)
    {
        node.Settings["Database__Provider"] = "PostgreSql";
        node.Settings["Database__ConnectionString"] = Of(name);
        return node;
    }

    /// <summary>Lets a node reach the database by another way.</summary>
    public void Lead(ProgramHome node, int port) =>
        node.Settings["Database__ConnectionString"] = new NpgsqlConnectionStringBuilder(Of(name)) { Port = port }.ConnectionString;

    public Task ExecuteAsync(string sql) => ExecuteAsync(name, sql);

    /// <summary>The only column of the only row.</summary>
    public async Task<T> SingleAsync<T>(string sql)
    {
        await using var connection = await OpenAsync(name);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync() => await ExecuteAsync("postgres", $"DROP DATABASE {name} WITH (FORCE)");

    private string Of(string database) =>
        new NpgsqlConnectionStringBuilder(server) { Database = database, MaxPoolSize = 10 }.ConnectionString;

    private async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection($"{Of(database)};Pooling=false");
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
