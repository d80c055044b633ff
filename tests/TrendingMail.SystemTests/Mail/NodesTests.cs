using System.Globalization;
using Npgsql;

namespace TrendingMail.SystemTests.Mail;

/// <summary>Several nodes on one PostgreSQL deliver one digest.</summary>
public sealed class NodesTests : IAsyncLifetime
{
    private const int Nodes = 4;

    private const int Readers = 2400;

    private const int Connections = 2;

    private readonly string database = $"nodes_{Guid.NewGuid():n}";
    private readonly List<ProgramHome> nodes = [];

    private static string? Server => Environment.GetEnvironmentVariable("TEST_POSTGRESQL");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Today => $"{DateTime.UtcNow:yyyy-MM-dd}";

    public async ValueTask InitializeAsync()
    {
        if (string.IsNullOrEmpty(Server))
        {
            Need.Missing("TEST_POSTGRESQL is not set: as root, run tests/run.sh, which installs and starts PostgreSQL");
        }

        await ExecuteAsync("postgres", $"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'");
        for (var i = 0; i < Nodes; i++)
        {
            nodes.Add(NewNode());
        }

        (await nodes[0].RunAsync("papers", "import", ProgramHome.PapersFile("day-one.json"), "--date", Today)).Well();
        (await nodes[0].RunAsync("edition", "publish", "--date", Today)).Well();
        await ExecuteAsync(database, $"""
            INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers, format, created_at)
            SELECT 'reader' || n || '@example.org', 'reader' || n || '@example.org', 'active', 'daily', 'monday', '07:00', 'UTC', 10,
                'html', 0
            FROM generate_series(1, {Readers}) AS n
            """);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        if (nodes.Count > 0)
        {
            NpgsqlConnection.ClearAllPools();
            await ExecuteAsync("postgres", $"DROP DATABASE {database} WITH (FORCE)");
        }
    }

    [Fact]
    public async Task TheyShareTheWorkAndEachReaderGetsOneMail()
    {
        // Answers nothing before each node has a message on each of its connections: none is ahead by its start.
        await using var server = Serve(new CountingSmtpServer(TimeSpan.FromMilliseconds(10), Nodes * Connections));
        var sent = await Task.WhenAll(nodes.Select(node => node.JsonAsync("digest", "send", "--date", Today)));

        Assert.Equal(Readers, server.Count);
        Assert.Distinct(server.Taken.Select(mail => mail.Recipient));
        Assert.Equal(Readers, sent.Sum(result => result.GetProperty("queued").GetInt32()));
        Assert.Equal(Readers, sent.Sum(result => result.GetProperty("handled").GetInt32()));
        Assert.All(sent, result => Assert.InRange(result.GetProperty("handled").GetInt32(), 0.15 * Readers, Readers));
        Assert.Equal(Readers, await SentAsync());
    }

    [Fact]
    public async Task NodesThatAreKilledAndStartedAgainLoseNothingAndDoubleAtMostWhatTheyHadInFlight()
    {
        const int Kills = 6;
        await using var server = Serve(new CountingSmtpServer(TimeSpan.FromMilliseconds(10)));
        Child Send(ProgramHome node) => node.Start("digest", "send", "--date", Today);
        var running = nodes.Select(Send).ToArray();
        for (var kill = 1; kill <= Kills; kill++)
        {
            await server.ReachedAsync((Readers * kill / (Kills + 1)) - Random.Shared.Next(Readers / 20));
            var victim = Random.Shared.Next(Nodes);
            await running[victim].SignalAsync("KILL");
            await running[victim].EndAsync();
            await running[victim].DisposeAsync();
            running[victim] = Send(nodes[victim]);
        }

        foreach (var node in running)
        {
            (await node.EndAsync()).Well();
            await node.DisposeAsync();
        }

        // What the last one to be killed had in hand, where nobody came upon it.
        (await nodes[0].RunAsync("digest", "send", "--date", Today)).Well();

        var taken = server.Taken;
        Assert.Equal(Readers, taken.Select(mail => mail.Recipient).Distinct().Count());
        Assert.Equal(Readers, taken.Select(mail => mail.MessageId).Distinct().Count());
        Assert.InRange(taken.Count - Readers, 0, Kills * Connections);
        Assert.Equal(Readers, await SentAsync());
    }

    private CountingSmtpServer Serve(CountingSmtpServer server)
    {
        foreach (var node in nodes)
        {
            node.Settings["Mail__Smtp__0__Port"] = server.Port.ToString(CultureInfo.InvariantCulture);
        }

        return server;
    }

    private ProgramHome NewNode()
    {
        var node = new ProgramHome();
        node.Settings["Database__Provider"] = "PostgreSql";
        node.Settings["Database__ConnectionString"] = $"{Server};Database={database};Maximum Pool Size=10";
        node.Settings["Mail__Transport"] = "Smtp";
        node.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        node.Settings["Mail__Smtp__0__Security"] = "None";
        node.Settings["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture);
        return node;
    }

    private async Task<int> SentAsync() => (await nodes[0].JsonAsync("digest", "status")).EnumerateArray().Single()
        .GetProperty("counts").GetProperty("sent").GetInt32();

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection($"{Server};Database={database};Pooling=false");
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
