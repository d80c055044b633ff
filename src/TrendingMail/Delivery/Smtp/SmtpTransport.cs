using TrendingMail.Delivery.Throttling;
using TrendingMail.Delivery.Throttling.WarmUp;

namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// Sends mail through one or several SMTP servers, each with its own connections. If one is down, the others take over.
/// Idle connections stay open for the next run, for <see cref="SmtpOptions.IdleSeconds"/>.
/// </summary>
public sealed class SmtpTransport : IMailTransport, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan IdleCheckInterval = TimeSpan.FromSeconds(1);

    private readonly SmtpServer[] servers;
    private readonly SmtpConnectionPool pool;
    private readonly ITimer timer;

    /// <param name="sharedLimiter">
    /// Makes rate limits apply to all nodes together; without it they apply to this process.
    /// </param>
    /// <param name="warmUps">
    /// Holds servers to their daily caps when they carry what another server cannot.
    /// </param>
    public SmtpTransport(
        IReadOnlyList<SmtpOptions> servers, TimeProvider clock, SharedRateLimiter? sharedLimiter = null,
        WarmUpLimiter? warmUps = null)
    {
        this.servers = [.. servers.Select(server => new SmtpServer(server, clock, sharedLimiter))];
        pool = new SmtpConnectionPool(this.servers, new ServerBalancer(this.servers), clock, warmUps);
        timer = clock.CreateTimer(_ => CloseIdle(), null, IdleCheckInterval, IdleCheckInterval);
    }

    public string Name => string.Join(", ", servers.Select(server => server.Name));

    public IReadOnlyList<IMailConnection> CreateConnections() => pool.RentAll();

    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        await Task.WhenAll(pool.TakeAll().Select(connection => connection.CloseAsync().AsTask()));
        foreach (var server in servers)
        {
            server.Dispose();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void CloseIdle()
    {
        // QUIT may take a while and cannot fail, so nobody waits for it.
        foreach (var connection in pool.TakeExpired())
        {
            _ = connection.CloseAsync().AsTask();
        }
    }
}
