using TrendingMail.Delivery.Throttling;

namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// Sends mail through one or several SMTP servers, each with its own connections. If one is down, the others take over.
/// Idle connections stay open for the next run, for <see cref="SmtpOptions.IdleSeconds"/>.
/// </summary>
public sealed class SmtpTransport : IMailTransport, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan IdleCheckInterval = TimeSpan.FromSeconds(1);

    private readonly SmtpServer[] servers;
    private readonly ServerBalancer balancer;
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private readonly Lock guard = new();
    private readonly List<(SmtpServer Server, PooledSmtpConnection Connection, DateTimeOffset Since)> idle = [];
    private bool isDisposed;

    /// <param name="sharedLimiter">
    /// Makes rate limits apply to all nodes together; without it they apply to this process.
    /// </param>
    public SmtpTransport(
        IReadOnlyList<SmtpOptions> servers, TimeProvider clock, SharedRateLimiter? sharedLimiter = null)
    {
        this.clock = clock;
        this.servers = [.. servers.Select(server => new SmtpServer(server, clock, sharedLimiter))];
        balancer = new ServerBalancer(this.servers);
        timer = clock.CreateTimer(_ => CloseIdle(), null, IdleCheckInterval, IdleCheckInterval);
    }

    public string Name => string.Join(", ", servers.Select(server => server.Name));

    public IReadOnlyList<IMailConnection> CreateConnections()
    {
        lock (guard)
        {
            var connections = servers.SelectMany(server =>
            {
                var reused = idle.Where(entry => entry.Server == server).Take(server.Options.Connections)
                    .Select(entry => entry.Connection).ToArray();
                return reused.Concat(Enumerable.Range(0, server.Options.Connections - reused.Length)
                    .Select(_ => new PooledSmtpConnection(server, balancer, ReleaseAsync)));
            }).ToArray();
            idle.RemoveAll(entry => connections.Contains(entry.Connection));
            return connections;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        PooledSmtpConnection[] connections;
        lock (guard)
        {
            isDisposed = true;
            connections = [.. idle.Select(entry => entry.Connection)];
            idle.Clear();
        }

        await Task.WhenAll(connections.Select(connection => connection.CloseAsync().AsTask()));
        foreach (var server in servers)
        {
            server.Dispose();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Returns a connection to the pool for the next run.</summary>
    private async ValueTask ReleaseAsync(PooledSmtpConnection connection, SmtpServer server)
    {
        lock (guard)
        {
            var others = idle.Count(entry => entry.Server == server);
            var hasRoom = server.Options.IdleSeconds > 0 && others < server.Options.Connections;
            if (!isDisposed && connection.IsOpen && hasRoom)
            {
                idle.Add((server, connection, clock.GetUtcNow()));
                return;
            }
        }

        await connection.CloseAsync();
    }

    private void CloseIdle()
    {
        PooledSmtpConnection[] expired;
        lock (guard)
        {
            var now = clock.GetUtcNow();
            expired =
            [
                .. idle.Where(entry => now - entry.Since >= entry.Connection.MaxIdleTime)
                    .Select(entry => entry.Connection),
            ];
            idle.RemoveAll(entry => expired.Contains(entry.Connection));
        }

        // QUIT may take a while and cannot fail, so nobody waits for it.
        foreach (var connection in expired)
        {
            _ = connection.CloseAsync().AsTask();
        }
    }
}
