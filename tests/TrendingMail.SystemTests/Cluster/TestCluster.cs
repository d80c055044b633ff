using System.Globalization;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Cluster;

/// <summary>Several nodes that share a PostgreSQL database, with today's edition and many subscribers.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary>SMTP connections per node.</summary>
    public const int Connections = 2;

    private readonly List<TestApp> nodes = [];

    private TestCluster(ClusterDatabase database) => Database = database;

    public static string Today { get; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public ClusterDatabase Database { get; }

    public IReadOnlyList<TestApp> Nodes => nodes;

    /// <param name="server">See <see cref="ClusterDatabase.CreateAsync(string)"/>.</param>
    /// <param name="first">Creates the first node, if it is to run another version of the program.</param>
    public static async Task<TestCluster> CreateAsync(
        string server, int nodes, int subscribers, Func<TestApp>? first = null)
    {
        var cluster = new TestCluster(await ClusterDatabase.CreateAsync(server));
        for (var i = 0; i < nodes; i++)
        {
            cluster.Add(i == 0 && first is not null ? first() : new TestApp());
        }

        (await cluster.nodes[0].RunAsync("papers", "import", TestApp.PapersFile("day-one.json"), "--date",
            Today)).EnsureSuccess();
        (await cluster.nodes[0].RunAsync("edition", "publish", "--date", Today)).EnsureSuccess();
        await cluster.Database.ExecuteAsync($"""
            INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers,
                format, created_at)
            SELECT 'subscriber' || n || '@example.org', 'subscriber' || n || '@example.org', 'active', 'daily',
                'monday',
                '07:00', 'UTC', 10, 'html', 0
            FROM generate_series(1, {subscribers}) AS n
            """);
        return cluster;
    }

    /// <summary>Configures all nodes to send through the server.</summary>
    public CountingSmtpServer UseServer(CountingSmtpServer server)
    {
        foreach (var node in nodes)
        {
            node.Settings["Mail__Smtp__0__Port"] = server.Port.ToString(CultureInfo.InvariantCulture);
        }

        return server;
    }

    /// <summary>Queues today's digest for all subscribers, as if it were due.</summary>
    public Task QueueAsync()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return Database.ExecuteAsync($"""
            INSERT INTO mailings (kind, key, created_at, queued)
            SELECT 'daily', '{Today}', {now}, COUNT(*) FROM subscribers;
            INSERT INTO deliveries (mailing_id, subscriber_id, priority, state, queued_at, expires_at, next_attempt_at)
            SELECT m.id, s.id, 1, 'queued', {now}, {now +
                86_400_000}, {now} FROM subscribers s, mailings m WHERE m.kind = 'daily';
            """);
    }

    /// <summary>The number of digests recorded as sent.</summary>
    public Task<long> CountSentAsync() =>
        Database.SingleAsync<long>("SELECT COUNT(*) FROM deliveries WHERE state = 'sent' AND priority = 1");

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    private void Add(TestApp node)
    {
        nodes.Add(Database.Configure(node));
        node.Settings["Mail__Transport"] = "Smtp";
        node.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        node.Settings["Mail__Smtp__0__Security"] = "None";
        node.Settings["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture);
    }
}
