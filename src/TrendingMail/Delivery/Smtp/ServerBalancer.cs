namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// Decides which server may send the next message. Servers with weights share the mail in proportion, so a slow one
/// holds back a fast one; servers without weights send as much as they can. A standby server is used only while all
/// others are down.
/// </summary>
internal sealed class ServerBalancer(IReadOnlyList<SmtpServer> servers)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    private readonly Lock guard = new();

    /// <summary>Messages sent, divided by the server's weight.</summary>
    private readonly Dictionary<SmtpServer, double> weightedCounts =
        servers.Where(IsWeighted).ToDictionary(server => server, _ => 0.0);

    /// <summary>Waits until the server may send.</summary>
    public async ValueTask WaitAsync(SmtpServer server, CancellationToken cancellationToken)
    {
        while (!CanSend(server))
        {
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    public bool CanSend(SmtpServer server)
    {
        if (server.Options.Standby)
        {
            return servers.All(other => other.Options.Standby || !other.CircuitBreaker.IsClosed);
        }

        // A server that is down may be tried: its circuit breaker decides when.
        if (!IsWeighted(server) || !server.CircuitBreaker.IsClosed)
        {
            return true;
        }

        lock (guard)
        {
            var lowest = weightedCounts.Where(pair => pair.Key.CircuitBreaker.IsClosed).Min(pair => pair.Value);
            foreach (var down in weightedCounts.Keys.Where(other => !other.CircuitBreaker.IsClosed))
            {
                // Do not catch up on what the others sent meanwhile: it would flood the server.
                weightedCounts[down] = Math.Max(weightedCounts[down], lowest);
            }

            return weightedCounts[server] - lowest < 1;
        }
    }

    public void RecordSent(SmtpServer server)
    {
        if (IsWeighted(server))
        {
            lock (guard)
            {
                weightedCounts[server] += 1.0 / server.Options.Weight;
            }
        }
    }

    private static bool IsWeighted(SmtpServer server) => server.Options is { Standby: false, Weight: > 0 };
}
