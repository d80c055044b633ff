namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// Which server may carry the next message. Servers with weights carry it in their proportion, so that the slower one holds
/// back the quicker one; those without carry what they can. A spare carries mail only while all others are down.
/// </summary>
internal sealed class ServerTurns(IReadOnlyList<SmtpServer> servers)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly Lock guard = new();

    /// <summary>Messages carried, in units of the server's weight.</summary>
    private readonly Dictionary<SmtpServer, double> carried =
        servers.Where(IsWeighted).ToDictionary(server => server, _ => 0.0);

    /// <summary>Waits for the server's turn.</summary>
    public async ValueTask WaitAsync(SmtpServer server, CancellationToken cancellationToken)
    {
        while (!IsDue(server))
        {
            await Task.Delay(Look, cancellationToken);
        }
    }

    public bool IsDue(SmtpServer server)
    {
        if (server.Options.Spare)
        {
            return servers.All(other => other.Options.Spare || !other.Circuit.IsWell);
        }

        // One that is down may be tried: whether it is back is for its circuit to find out.
        if (!IsWeighted(server) || !server.Circuit.IsWell)
        {
            return true;
        }

        lock (guard)
        {
            var level = carried.Where(pair => pair.Key.Circuit.IsWell).Min(pair => pair.Value);
            foreach (var down in carried.Keys.Where(other => !other.Circuit.IsWell))
            {
                // What others carried meanwhile is not made up for: it would be a flood.
                carried[down] = Math.Max(carried[down], level);
            }

            return carried[server] - level < 1;
        }
    }

    public void Carried(SmtpServer server)
    {
        if (IsWeighted(server))
        {
            lock (guard)
            {
                carried[server] += 1.0 / server.Options.Weight;
            }
        }
    }

    private static bool IsWeighted(SmtpServer server) => server.Options is { Spare: false, Weight: > 0 };
}
