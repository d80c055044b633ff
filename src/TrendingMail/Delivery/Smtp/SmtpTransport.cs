namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// Hands mail to one or several SMTP servers; each has lanes of its own. Where one is down the others carry all of it.
/// Connections stay open from one run to the next, for <see cref="SmtpOptions.IdleSeconds"/>.
/// </summary>
public sealed class SmtpTransport : IMailTransport, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan CloseInterval = TimeSpan.FromSeconds(1);

    private readonly SmtpServer[] servers;
    private readonly ServerTurns turns;
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private readonly Lock guard = new();
    private readonly List<(SmtpServer Server, SmtpLane Lane, DateTimeOffset Since)> idle = [];
    private bool isOver;

    /// <param name="pace">Makes servers' rates hold for all nodes together; without it they are this process's.</param>
    public SmtpTransport(IReadOnlyList<SmtpOptions> servers, TimeProvider clock, TurnBook? pace = null)
    {
        this.clock = clock;
        this.servers = [.. servers.Select(server => new SmtpServer(server, clock, pace))];
        turns = new ServerTurns(this.servers);
        timer = clock.CreateTimer(_ => CloseOld(), null, CloseInterval, CloseInterval);
    }

    public string Name => string.Join(", ", servers.Select(server => server.Name));

    public IReadOnlyList<IMailLane> OpenLanes()
    {
        lock (guard)
        {
            var lanes = servers.SelectMany(server =>
            {
                var kept = idle.Where(entry => entry.Server == server).Take(server.Options.Connections)
                    .Select(entry => entry.Lane).ToArray();
                return kept.Concat(Enumerable.Range(0, server.Options.Connections - kept.Length)
                    .Select(_ => new SmtpLane(server, turns, KeepAsync)));
            }).ToArray();
            idle.RemoveAll(entry => lanes.Contains(entry.Lane));
            return lanes;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        SmtpLane[] lanes;
        lock (guard)
        {
            isOver = true;
            lanes = [.. idle.Select(entry => entry.Lane)];
            idle.Clear();
        }

        await Task.WhenAll(lanes.Select(lane => lane.CloseAsync().AsTask()));
        foreach (var server in servers)
        {
            server.Dispose();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Takes a lane back: its connection waits for the next run.</summary>
    private async ValueTask KeepAsync(SmtpLane lane, SmtpServer server)
    {
        lock (guard)
        {
            var others = idle.Count(entry => entry.Server == server);
            if (!isOver && lane.IsOpen && server.Options.IdleSeconds > 0 && others < server.Options.Connections)
            {
                idle.Add((server, lane, clock.GetUtcNow()));
                return;
            }
        }

        await lane.CloseAsync();
    }

    private void CloseOld()
    {
        SmtpLane[] old;
        lock (guard)
        {
            var now = clock.GetUtcNow();
            old = [.. idle.Where(entry => now - entry.Since >= entry.Lane.LongestIdle).Select(entry => entry.Lane)];
            idle.RemoveAll(entry => old.Contains(entry.Lane));
        }

        // Saying goodbye may take a while and cannot fail: nobody needs to wait for it.
        foreach (var lane in old)
        {
            _ = lane.CloseAsync().AsTask();
        }
    }
}
