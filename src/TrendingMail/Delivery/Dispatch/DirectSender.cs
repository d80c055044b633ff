using Microsoft.Extensions.Logging;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Messages;

namespace TrendingMail.Delivery.Dispatch;

/// <summary>The result of sending one message past the queue.</summary>
public abstract record DirectSendResult
{
    /// <param name="Server">The server that replied.</param>
    public sealed record Attempted(Outcome Outcome, string Server) : DirectSendResult;

    /// <summary>Nothing was attempted: a throttle or an unavailable server asks to wait.</summary>
    /// <param name="NotBefore">When to try again; null for as soon as a server is available.</param>
    public sealed record Postponed(DateTimeOffset? NotBefore, string Reason) : DirectSendResult;

    /// <summary>The caller called it off.</summary>
    public sealed record CalledOff : DirectSendResult;
}

/// <summary>
/// Sends single messages that are no deliveries, over the servers and within the throttles and pauses of deliveries.
/// The caller records what becomes of them.
/// </summary>
public sealed class DirectSender(
    IMailTransport transport, DomainThrottleStore domains, OperatorAlerts alerts, DeliveryOptions options,
    TimeProvider clock, ILogger<DirectSender> logger, WarmUpLimiter? warmUps = null)
{
    /// <summary>How long to wait for a server before the next one is tried.</summary>
    private static readonly TimeSpan ServerLimit = TimeSpan.FromSeconds(15);

    private readonly DeliverabilityMonitor monitor = new(options, domains, alerts, clock, logger);

    /// <summary>Sends a message. The caller disposes the envelope.</summary>
    /// <param name="attempt">The number of the attempt, from 1.</param>
    /// <param name="begin">
    /// Called when a server is ready, right before the message leaves, to record that; false calls it off.
    /// </param>
    /// <exception cref="TrendingMailException">The database is unavailable, so nothing was sent.</exception>
    public async Task<DirectSendResult> SendAsync(
        Envelope envelope, int attempt, Func<Task<bool>> begin, CancellationToken cancellationToken)
    {
        var domain = envelope.Recipient[(envelope.Recipient.LastIndexOf('@') + 1)..];
        if (await monitor.ReserveAsync(domain, cancellationToken) is { } notBefore)
        {
            return new DirectSendResult.Postponed(notBefore, $"mail to {domain} is throttled");
        }

        var connections = transport.CreateConnections();
        try
        {
            return await SendAsync(envelope, domain, attempt, connections, begin, cancellationToken);
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task<DirectSendResult> SendAsync(
        Envelope envelope, string domain, int attempt, IReadOnlyList<IMailConnection> connections,
        Func<Task<bool>> begin, CancellationToken cancellationToken)
    {
        var (reason, notBefore) = ("there is no server", (DateTimeOffset?)null);

        // In random order, so that the messages of many days use all servers.
        var candidates = connections.DistinctBy(connection => connection.Server).ToArray();
        Random.Shared.Shuffle(candidates);
        foreach (var connection in candidates)
        {
            if (await PrepareAsync(connection, cancellationToken) is { } why)
            {
                reason = why;
                continue;
            }

            var (room, permit) = await FindRoomAsync(connection, domain);
            if (room is null)
            {
                reason = $"the warm-up of {connection.Server} has no room for it";
                notBefore = PostponementSchedule.GetNextHour(clock.GetUtcNow());
                continue;
            }

            var result = await begin()
                ? await SendAsync(envelope, domain, attempt, connection)
                : new DirectSendResult.CalledOff();
            if (result is not DirectSendResult.Attempted { Outcome: not Outcome.Unreachable })
            {
                warmUps?.GiveBack(permit);
            }

            return result;
        }

        return new DirectSendResult.Postponed(notBefore, reason);
    }

    private async ValueTask<(IMailConnection? Connection, WarmUpPermit? Permit)> FindRoomAsync(
        IMailConnection connection, string domain) => warmUps is { IsActive: true }
        ? await warmUps.FindRoomAsync([connection], domain, MessageClass.Digest)
        : (connection, null);

    /// <summary>What has begun is finished whatever happens meanwhile, so that its outcome is known.</summary>
    private async Task<DirectSendResult> SendAsync(
        Envelope envelope, string domain, int attempt, IMailConnection connection)
    {
        var outcome = await connection.SendAsync(envelope, CancellationToken.None);
        return new DirectSendResult.Attempted(
            await monitor.EvaluateAsync(domain, outcome, attempt, connection), outcome.Server ?? connection.Server);
    }

    /// <summary>Waits for a server, but not as long as a standby server would while the others are up.</summary>
    /// <returns>Null if the connection is ready, otherwise why it is not.</returns>
    private async Task<string?> PrepareAsync(IMailConnection connection, CancellationToken cancellationToken)
    {
        monitor.ApplyServerPause(connection);
        using var deadline = new CancellationTokenSource(ServerLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await connection.PrepareAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{connection.Server} is not ready";
        }
    }
}
