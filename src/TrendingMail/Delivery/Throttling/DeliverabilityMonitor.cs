using System.Globalization;
using Microsoft.Extensions.Logging;
using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Delivery.Throttling;

/// <summary>
/// Learns from outcomes how fast a recipient domain accepts mail, and whether a domain or server rejects us as a
/// sender. Decisions of one node apply to all nodes some seconds later; the accepted and rejected messages that lead to
/// them are counted by each node on its own.
/// </summary>
internal sealed class DeliverabilityMonitor(
    DeliveryOptions options, DomainThrottleStore store, OperatorAlerts alerts, TimeProvider clock, ILogger logger)
{
    /// <summary>How often the shared throttles and pauses are read.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(3);

    /// <summary>
    /// After how many sender-level rejections a delivery fails, if neither its domain nor its server is paused.
    /// </summary>
    private const int SenderLevelAttempts = 3;

    private readonly DomainThrottles throttles = new(options.Domains, store, clock);
    private readonly ReputationCircuitBreaker circuitBreaker = new(clock);
    private IReadOnlyList<ThrottledDomain> throttledDomains = [];
    private IReadOnlyList<PausedServer> pausedServers = [];
    private long refreshedAt = long.MinValue;
    private int refreshing;

    /// <summary>Applies the throttles and pauses of other nodes and earlier runs.</summary>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        // One caller refreshes; the others continue with the known state.
        if (!IsRefreshDue || Interlocked.Exchange(ref refreshing, 1) == 1)
        {
            return;
        }

        try
        {
            var now = clock.GetTimestamp();
            var throttled = await store.ThrottledDomainsAsync(cancellationToken);
            pausedServers = await store.PausedServersAsync(cancellationToken);
            throttles.Refresh(throttled, now);
            foreach (var domain in throttled)
            {
                circuitBreaker.PauseDomain(
                    domain.Domain, domain.PausedUntil ?? DateTimeOffset.MinValue, domain.ChangedAt);
                DeliveryMeter.RecordRateLimit(domain.Domain, circuitBreaker.GetPausedUntil(domain.Domain) is null
                    ? throttles.GetRate(domain.Domain) ?? double.PositiveInfinity : 0);
            }

            foreach (var released in throttledDomains.Select(domain => domain.Domain)
                .Except(throttled.Select(domain => domain.Domain)))
            {
                ReportRate(released);
            }

            throttledDomains = throttled;
            foreach (var server in pausedServers)
            {
                circuitBreaker.PauseServer(server.Server, server.PausedUntil, server.ChangedAt);
            }

            Volatile.Write(ref refreshedAt, now);
        }
        finally
        {
            Volatile.Write(ref refreshing, 0);
        }
    }

    /// <summary>Reserves a permit for one message to a domain and returns when it may be sent; null for now.</summary>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public ValueTask<DateTimeOffset?> ReserveAsync(string domain, CancellationToken cancellationToken) =>
        IsRefreshDue ? RefreshAndReserveAsync(domain, cancellationToken)
        : circuitBreaker.GetPausedUntil(domain) is { } pausedUntil ? new(pausedUntil)
        : throttles.ReserveAsync(domain, cancellationToken);

    /// <summary>Pauses a connection's server if another node found that it rejects our mail.</summary>
    public void ApplyServerPause(IMailConnection connection)
    {
        if (pausedServers.Count > 0 &&
            pausedServers.FirstOrDefault(server => server.Server == connection.Server) is { } paused &&
            paused.PausedUntil > clock.GetUtcNow())
        {
            connection.PauseServer(paused.PausedUntil, FormatReason(connection, paused.Reply));
        }
    }

    /// <summary>Evaluates an outcome for its domain and server.</summary>
    /// <param name="attempt">The number of the delivery's attempt, from 1.</param>
    /// <returns>
    /// The outcome for the delivery. A sender-level rejection does not count against the recipient: the delivery is
    /// retried while its domain or server is paused, and a few times before they are, because the first rejections look
    /// like any others.
    /// </returns>
    public async Task<Outcome> EvaluateAsync(string domain, Outcome outcome, int attempt, IMailConnection connection)
    {
        var server = outcome.Server ?? connection.Server;
        try
        {
            switch (outcome)
            {
                case Outcome.Accepted accepted:
                    circuitBreaker.RecordAccepted(domain, server);
                    if (await throttles.RecordAcceptedAsync(domain, accepted.Reply))
                    {
                        ReportRate(domain);
                    }

                    break;
                case Outcome.Deferred deferred when SmtpReply.Parse(deferred.Reply).IsThrottling:
                    if (await throttles.RecordDeferredAsync(domain, deferred.Reply))
                    {
                        ReportRate(domain);
                    }

                    break;
                case Outcome.Rejected rejected when SmtpReply.Parse(rejected.Reply).IsSenderLevel:
                    var effect = circuitBreaker.RecordRejected(domain, server);
                    outcome = effect.ShouldRetry || attempt < SenderLevelAttempts
                        ? new Outcome.Deferred(rejected.Reply) : outcome;
                    await PauseAsync(domain, connection, server, effect, rejected.Reply);
                    break;
            }
        }
        catch (TrendingMailException e)
        {
            // A pause is in effect on this node only. A rate stays as it was until the next such reply.
            logger.LogWarning("Cannot store the throttling of {Domain}: {Fault}", domain, e.Message);
        }

        return outcome;
    }

    private bool IsRefreshDue =>
        Volatile.Read(ref refreshedAt) is var at && (at == long.MinValue || clock.GetElapsedTime(at) > RefreshInterval);

    private async ValueTask<DateTimeOffset?> RefreshAndReserveAsync(string domain, CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        return circuitBreaker.GetPausedUntil(domain) ?? await throttles.ReserveAsync(domain, cancellationToken);
    }

    private void ReportRate(string domain) =>
        DeliveryMeter.RecordRateLimit(domain, throttles.GetRate(domain) ?? double.PositiveInfinity);

    private static string FormatReason(IMailConnection connection, string reply) =>
        $"{connection.Server} rejects our mail: {reply}";

    private async Task PauseAsync(
        string domain, IMailConnection connection, string server, ReputationCircuitBreaker.RejectionEffect effect,
        string reply)
    {
        if (effect.ServerPausedUntil is { } serverPausedUntil)
        {
            if (server == connection.Server)
            {
                // The workers of another server apply its pause when they read it from the database.
                connection.PauseServer(serverPausedUntil, FormatReason(connection, reply));
            }

            await store.PauseServerAsync(server, serverPausedUntil, reply, CancellationToken.None);
            await AlertAsync(server, $"{server} rejects our mail for several domains", serverPausedUntil, reply);
        }

        if (effect.DomainPausedUntil is { } domainPausedUntil)
        {
            DeliveryMeter.RecordRateLimit(domain, 0);
            await store.PauseDomainAsync(domain, domainPausedUntil, reply, CancellationToken.None);
            await AlertAsync(domain, $"{domain} rejects our mail", domainPausedUntil, reply);
        }
    }

    private Task AlertAsync(string name, string subject, DateTimeOffset until, string reply) => alerts.RaiseAsync(
        string.Create(CultureInfo.InvariantCulture, $"rejections-{name}-{clock.GetUtcNow():yyyy-MM-dd}"), subject,
        "Most recent messages were rejected for reasons that concern the sender and not the recipient. " +
        $"Last reply: {reply} " +
        string.Create(CultureInfo.InvariantCulture,
            $"The remaining mail is paused until {until:yyyy-MM-dd HH:mm} UTC, and these rejections do not count ") +
        "against subscribers. Check whether the sending IP address is on a blocklist, and whether SPF, DKIM and " +
        "DMARC pass.",
        CancellationToken.None);
}
