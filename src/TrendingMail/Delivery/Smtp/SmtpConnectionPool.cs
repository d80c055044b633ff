using TrendingMail.Delivery.Smtp.Exchange;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Messages;

namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// The connections of all servers: those that workers use, and idle ones that the next run reuses. A message that its
/// worker's server cannot carry is sent on a connection of another server.
/// </summary>
internal sealed class SmtpConnectionPool(
    IReadOnlyList<SmtpServer> servers, ServerBalancer balancer, TimeProvider clock, WarmUpLimiter? warmUps = null)
{
    private readonly Lock guard = new();
    private readonly List<(SmtpServer Server, PooledSmtpConnection Connection, DateTimeOffset Since)> idle = [];
    private readonly List<(SmtpServer Server, PooledSmtpConnection Connection)> rented = [];
    private bool isClosed;

    /// <summary>Rents all connections of all servers.</summary>
    public IReadOnlyList<PooledSmtpConnection> RentAll()
    {
        lock (guard)
        {
            return [.. servers.SelectMany(server => Rent(server, server.Options.Connections))];
        }
    }

    /// <summary>Makes a connection unavailable to others before its owner releases it.</summary>
    public void Withdraw(PooledSmtpConnection connection)
    {
        lock (guard)
        {
            rented.RemoveAll(entry => entry.Connection == connection);
        }
    }

    /// <summary>Keeps a connection for the next run, or closes it.</summary>
    public async ValueTask ReleaseAsync(PooledSmtpConnection connection, SmtpServer server)
    {
        connection.IsRented = false;
        lock (guard)
        {
            var others = idle.Count(entry => entry.Server == server);
            var hasRoom = server.Options.IdleSeconds > 0 && others < server.Options.Connections;
            if (!isClosed && connection.IsOpen && hasRoom)
            {
                idle.Add((server, connection, clock.GetUtcNow()));
                return;
            }
        }

        await connection.CloseAsync();
    }

    /// <summary>Removes the connections that were idle for too long.</summary>
    public IReadOnlyList<PooledSmtpConnection> TakeExpired()
    {
        lock (guard)
        {
            var now = clock.GetUtcNow();
            PooledSmtpConnection[] expired =
            [
                .. idle.Where(entry => now - entry.Since >= entry.Connection.MaxIdleTime)
                    .Select(entry => entry.Connection),
            ];
            idle.RemoveAll(entry => expired.Contains(entry.Connection));
            return expired;
        }
    }

    /// <summary>Removes all idle connections; those released later are closed.</summary>
    public IReadOnlyList<PooledSmtpConnection> TakeAll()
    {
        lock (guard)
        {
            isClosed = true;
            PooledSmtpConnection[] connections = [.. idle.Select(entry => entry.Connection)];
            idle.Clear();
            return connections;
        }
    }

    /// <summary>
    /// Sends a message that exceeds a limit of one server through the first of the others that can carry it. It fails
    /// only if all servers have been asked; while one of them is unavailable, it waits.
    /// </summary>
    /// <param name="rejection">Why the server cannot carry it.</param>
    public async Task<Outcome> SendElsewhereAsync(
        SmtpServer unsuitable, Outcome.Rejected rejection, Envelope envelope, CancellationToken cancellationToken)
    {
        List<(SmtpServer Server, string Reply)> rejections = [(unsuitable, rejection.Reply)];
        string? unavailable = null;
        foreach (var server in OthersThan(unsuitable))
        {
            if (!await HasRoomAsync(server, envelope))
            {
                unavailable ??= $"the warm-up of {server.Name} has no room for it";
                continue;
            }

            switch (await SendAsync(server, envelope, cancellationToken))
            {
                case Outcome.Rejected { MayFitElsewhere: true } other:
                    rejections.Add((server, other.Reply));
                    break;
                case Outcome.Unreachable { Reply: var reason }:
                    unavailable ??= $"{server.Name}: {reason}";
                    break;
                case var outcome:
                    return outcome with { Server = server.Name };
            }
        }

        return unavailable is not null
            ? new Outcome.Deferred($"{unsuitable.Name} cannot carry the message, and {unavailable}")
            : rejections.Count == 1 ? rejection
            : new Outcome.Rejected(FormatRejections(rejections));
    }

    /// <summary>The names of the other servers that are up, standby servers last.</summary>
    public IReadOnlyList<string> FindAvailable(SmtpServer except) =>
        [.. OthersThan(except).Where(server => server.CircuitBreaker.IsClosed).Select(server => server.Name)];

    /// <summary>Sends a message through another server than that of a worker.</summary>
    public async Task<Outcome> SendThroughAsync(string name, Envelope envelope, CancellationToken cancellationToken)
    {
        var server = servers.First(server => server.Name == name);
        var outcome = await SendAsync(server, envelope, cancellationToken) with { Server = name };
        return outcome is Outcome.Rejected { MayFitElsewhere: true } rejection
            ? await SendElsewhereAsync(server, rejection, envelope, cancellationToken)
            : outcome;
    }

    private IOrderedEnumerable<SmtpServer> OthersThan(SmtpServer server) =>
        servers.Where(other => other != server).OrderBy(other => other.Options.Standby);

    private async ValueTask<bool> HasRoomAsync(SmtpServer server, Envelope envelope) =>
        warmUps is not { IsActive: true } ||
        await warmUps.TryTakeAsync(server.Name, envelope.RecipientDomain);

    private async Task<Outcome> SendAsync(SmtpServer server, Envelope envelope, CancellationToken cancellationToken)
    {
        try
        {
            if (server.RateLimiter is { } rateLimiter)
            {
                await rateLimiter.WaitAsync(cancellationToken);
            }

            while (true)
            {
                var (connection, isOwn) = FindOrRent(server);
                try
                {
                    if (await connection.TrySendForAnotherAsync(envelope, cancellationToken) is { } outcome)
                    {
                        return outcome;
                    }
                }
                finally
                {
                    if (isOwn)
                    {
                        await connection.DisposeAsync();
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            return new Outcome.Unreachable("the program is stopping");
        }
    }

    /// <summary>A connection of a worker of the server, if possible one that is free; else a new one.</summary>
    private (PooledSmtpConnection Connection, bool IsOwn) FindOrRent(SmtpServer server)
    {
        lock (guard)
        {
            PooledSmtpConnection[] candidates =
                [.. rented.Where(entry => entry.Server == server).Select(entry => entry.Connection)];
            return candidates.Length == 0 ? (Rent(server, 1)[0], true)
                : (Array.Find(candidates, candidate => !candidate.IsBusy) ??
                    candidates[Random.Shared.Next(candidates.Length)], false);
        }
    }

    private PooledSmtpConnection[] Rent(SmtpServer server, int count)
    {
        var reused = idle.Where(entry => entry.Server == server).Take(count)
            .Select(entry => entry.Connection).ToArray();
        idle.RemoveAll(entry => reused.Contains(entry.Connection));
        PooledSmtpConnection[] connections =
        [
            .. reused,
            .. Enumerable.Range(0, count - reused.Length).Select(_ => new PooledSmtpConnection(server, balancer, this)),
        ];
        foreach (var connection in connections)
        {
            connection.IsRented = true;
            rented.Add((server, connection));
        }

        return connections;
    }

    /// <summary>One reply for several: the code of the first, and the words of each.</summary>
    private static string FormatRejections(List<(SmtpServer Server, string Reply)> rejections)
    {
        var first = SmtpReply.Parse(rejections[0].Reply);
        var code = first.Status is { } status ? $"{first.Code} {status}" : $"{first.Code}";
        return $"{code} no configured server can carry the message: " +
            string.Join("; ", rejections.Select(entry => $"{entry.Server.Name}: {entry.Reply}"));
    }
}
