using System.Globalization;
using Npgsql;

namespace TrendingMail.SystemTests.Mail;

/// <summary>Several nodes of the program on one PostgreSQL database of their own, with today's edition and a crowd of readers.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    /// <summary>Of each node to the mail server.</summary>
    public const int Connections = 2;

    private readonly string name = $"nodes_{Guid.NewGuid():n}";
    private readonly string server;
    private readonly List<ProgramHome> nodes = [];

    private Fleet(string server) => this.server = server;

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

    public static string Today { get; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public IReadOnlyList<ProgramHome> Nodes => nodes;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="server">Npgsql's connection string, without a database, of a user who may create some.</param>
    /// <param name="first">Runs the first node's verbs; null for the program that is tested.</param>
    public static async Task<Fleet> CreateAsync(string server, int nodes, int readers, Func<ProgramHome>? first = null)
    {
        var fleet = new Fleet(server);
        await fleet.ExecuteAsync("postgres", $"CREATE DATABASE {fleet.name} TEMPLATE template0 ENCODING 'UTF8'");
        for (var i = 0; i < nodes; i++)
        {
            fleet.nodes.Add(fleet.NewNode(i == 0 && first is not null ? first() : new ProgramHome()));
        }

        (await fleet.nodes[0].RunAsync("papers", "import", ProgramHome.PapersFile("day-one.json"), "--date", Today)).Well();
        (await fleet.nodes[0].RunAsync("edition", "publish", "--date", Today)).Well();
        await fleet.ExecuteAsync($"""
            INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers, format, created_at)
            SELECT 'reader' || n || '@example.org', 'reader' || n || '@example.org', 'active', 'daily', 'monday', '07:00', 'UTC', 10,
                'html', 0
            FROM generate_series(1, {readers}) AS n
            """);
        return fleet;
    }

    /// <summary>The mail server of all nodes.</summary>
    public CountingSmtpServer Serve(CountingSmtpServer server)
    {
        foreach (var node in nodes)
        {
            node.Settings["Mail__Smtp__0__Port"] = server.Port.ToString(CultureInfo.InvariantCulture);
        }

        return server;
    }

    /// <summary>Lets a node reach the database by another way.</summary>
    public void Lead(ProgramHome node, int port) =>
        node.Settings["Database__ConnectionString"] = new NpgsqlConnectionStringBuilder(Of(name)) { Port = port }.ConnectionString;

    /// <summary>Queues today's digest for all readers, as if their hour had come.</summary>
    public Task QueueAsync()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return ExecuteAsync($"""
            INSERT INTO mailings (kind, key, created_at, queued)
            SELECT 'daily', '{Today}', {now}, COUNT(*) FROM subscribers;
            INSERT INTO deliveries (mailing_id, subscriber_id, priority, state, queued_at, expires_at, next_attempt_at)
            SELECT m.id, s.id, 1, 'queued', {now}, {now + 86_400_000}, {now} FROM subscribers s, mailings m WHERE m.kind = 'daily';
            """);
    }

    /// <summary>How many digests the ledger has in a state.</summary>
    public async Task<long> CountAsync(string state)
    {
        await using var connection = await OpenAsync(name);
        await using var command = new NpgsqlCommand("SELECT COUNT(*) FROM deliveries WHERE state = $1 AND priority = 1", connection);
        command.Parameters.AddWithValue(state);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    public Task ExecuteAsync(string sql) => ExecuteAsync(name, sql);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        await ExecuteAsync("postgres", $"DROP DATABASE {name} WITH (FORCE)");
    }

    private ProgramHome NewNode(ProgramHome node)
    {
        node.Settings["Database__Provider"] = "PostgreSql";
        node.Settings["Database__ConnectionString"] = Of(name);
        node.Settings["Mail__Transport"] = "Smtp";
        node.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        node.Settings["Mail__Smtp__0__Security"] = "None";
        node.Settings["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture);
        return node;
    }

    private string Of(string database) =>
        new NpgsqlConnectionStringBuilder(server) { Database = database, MaxPoolSize = 10 }.ConnectionString;

    private async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection($"{Of(database)};Pooling=false");
        await connection.OpenAsync(Stop);
        return connection;
    }

    private async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
