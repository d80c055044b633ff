using System.Globalization;

namespace TrendingMail.SystemTests.Mail;

/// <summary>Several nodes of the program on one PostgreSQL database of their own, with today's edition and a crowd of readers.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    /// <summary>Of each node to the mail server.</summary>
    public const int Connections = 2;

    private readonly List<ProgramHome> nodes = [];

    private Fleet(NodeDatabase database) => Database = database;

    public static string Today { get; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public NodeDatabase Database { get; }

    public IReadOnlyList<ProgramHome> Nodes => nodes;

    /// <param name="server">See <see cref="NodeDatabase.CreateAsync(string)"/>.</param>
    /// <param name="first">Makes the first node, where it is not to run the program that is tested.</param>
    public static async Task<Fleet> CreateAsync(string server, int nodes, int readers, Func<ProgramHome>? first = null)
    {
        var fleet = new Fleet(await NodeDatabase.CreateAsync(server));
        for (var i = 0; i < nodes; i++)
        {
            fleet.Add(i == 0 && first is not null ? first() : new ProgramHome());
        }

        (await fleet.nodes[0].RunAsync("papers", "import", ProgramHome.PapersFile("day-one.json"), "--date", Today)).Well();
        (await fleet.nodes[0].RunAsync("edition", "publish", "--date", Today)).Well();
        await fleet.Database.ExecuteAsync($"""
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

    /// <summary>Queues today's digest for all readers, as if their hour had come.</summary>
    public Task QueueAsync()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return Database.ExecuteAsync($"""
            INSERT INTO mailings (kind, key, created_at, queued)
            SELECT 'daily', '{Today}', {now}, COUNT(*) FROM subscribers;
            INSERT INTO deliveries (mailing_id, subscriber_id, priority, state, queued_at, expires_at, next_attempt_at)
            SELECT m.id, s.id, 1, 'queued', {now}, {now + 86_400_000}, {now} FROM subscribers s, mailings m WHERE m.kind = 'daily';
            """);
    }

    /// <summary>How many digests the ledger has as sent.</summary>
    public Task<long> SentAsync() =>
        Database.SingleAsync<long>("SELECT COUNT(*) FROM deliveries WHERE state = 'sent' AND priority = 1");

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    private void Add(ProgramHome node)
    {
        nodes.Add(Database.Take(node));
        node.Settings["Mail__Transport"] = "Smtp";
        node.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        node.Settings["Mail__Smtp__0__Security"] = "None";
        node.Settings["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture);
    }
}
