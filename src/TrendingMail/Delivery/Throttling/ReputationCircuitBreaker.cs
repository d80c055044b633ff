using System.Collections.Concurrent;
using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Delivery.Throttling;

/// <summary>
/// A circuit breaker for sender-level rejections. When a recipient domain or a server rejects most of our mail within
/// some minutes because of the sender, it is paused: the remaining deliveries wait, and those it rejected meanwhile are
/// retried. Otherwise being blocklisted could fail a whole newsletter within a minute.
/// </summary>
public sealed class ReputationCircuitBreaker(TimeProvider clock)
{
    /// <summary>
    /// Rejections that pause a domain, if they are also at least as many as the messages it accepted.
    /// </summary>
    private const int MinDomainRejections = 5;

    /// <summary>
    /// The same for a server. They must come from several domains, as a blocked sending address causes.
    /// </summary>
    private const int MinServerRejections = 10;

    private const int MinRejectingDomains = 3;

    /// <summary>Messages accepted after a pause that reset the circuit.</summary>
    private const int AcceptedToReset = 5;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan InitialPause = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan MaxPause = TimeSpan.FromHours(4);

    private readonly ConcurrentDictionary<string, Breaker> domains = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Breaker> servers = new(StringComparer.Ordinal);

    /// <summary>Until when a domain is paused; null if it is not.</summary>
    public DateTimeOffset? GetPausedUntil(string domain) =>
        domains.TryGetValue(domain, out var breaker) && breaker.PausedUntil is var until &&
        until > clock.GetUtcNow() ? until : null;

    /// <summary>Applies a domain's pause that another node or an earlier run started.</summary>
    /// <param name="since">When the pause began.</param>
    public void PauseDomain(string domain, DateTimeOffset until, DateTimeOffset since)
    {
        if (until > clock.GetUtcNow())
        {
            GetDomainBreaker(domain).Pause(until, until - since);
        }
    }

    /// <summary>Applies a server's pause that another node or an earlier run started.</summary>
    /// <inheritdoc cref="PauseDomain"/>
    public void PauseServer(string server, DateTimeOffset until, DateTimeOffset since)
    {
        if (until > clock.GetUtcNow())
        {
            GetServerBreaker(server).Pause(until, until - since);
        }
    }

    /// <summary>Records an accepted message.</summary>
    public void RecordAccepted(string domain, string server)
    {
        var now = clock.GetUtcNow();
        if (domains.TryGetValue(domain, out var breaker))
        {
            breaker.RecordAccepted(now);
        }

        GetServerBreaker(server).RecordAccepted(now);
    }

    /// <summary>Records a sender-level rejection (<see cref="SmtpReply.IsSenderLevel"/>).</summary>
    public RejectionEffect RecordRejected(string domain, string server)
    {
        var now = clock.GetUtcNow();
        var domainResult = GetDomainBreaker(domain).RecordRejected(domain, now);
        var serverResult = GetServerBreaker(server).RecordRejected(domain, now);
        return new RejectionEffect(
            domainResult.ShouldRetry || serverResult.ShouldRetry, domainResult.Until, serverResult.Until);
    }

    private Breaker GetDomainBreaker(string domain) =>
        domains.GetOrAdd(domain, _ => new Breaker(MinDomainRejections, 1));

    private Breaker GetServerBreaker(string server) =>
        servers.GetOrAdd(server, _ => new Breaker(MinServerRejections, MinRejectingDomains));

    /// <summary>The effect of a sender-level rejection.</summary>
    /// <param name="ShouldRetry">Whether the delivery is retried, because the rejection does not concern its
    /// recipient.</param>
    /// <param name="DomainPausedUntil">The end of the domain's pause, if this rejection started one.</param>
    /// <param name="ServerPausedUntil">The end of the server's pause, if this rejection started one.</param>
    public readonly record struct RejectionEffect(
        bool ShouldRetry, DateTimeOffset? DomainPausedUntil, DateTimeOffset? ServerPausedUntil);

    private sealed class Breaker(int minRejections, int minDomains)
    {
        private readonly Lock guard = new();
        private readonly HashSet<string> rejectingDomains = new(StringComparer.OrdinalIgnoreCase);
        private DateTimeOffset windowStart;
        private int rejected;
        private int accepted;
        private bool isTripped;
        private TimeSpan nextPause = InitialPause;
        private DateTimeOffset pausedUntil;

        public DateTimeOffset PausedUntil
        {
            get
            {
                lock (guard)
                {
                    return pausedUntil;
                }
            }
        }

        public void RecordAccepted(DateTimeOffset now)
        {
            lock (guard)
            {
                RollWindow(now);
                accepted++;
                if (isTripped && now >= pausedUntil && accepted >= AcceptedToReset)
                {
                    isTripped = false;
                    nextPause = InitialPause;
                }
            }
        }

        public (bool ShouldRetry, DateTimeOffset? Until) RecordRejected(string domain, DateTimeOffset now)
        {
            lock (guard)
            {
                if (now < pausedUntil)
                {
                    return (true, null);
                }

                RollWindow(now);
                rejected++;
                if (rejectingDomains.Count < minDomains)
                {
                    rejectingDomains.Add(domain);
                }

                if (!isTripped &&
                    (rejected < minRejections || rejected < accepted || rejectingDomains.Count < minDomains))
                {
                    return (false, null);
                }

                Trip(now + nextPause, nextPause);
                return (true, pausedUntil);
            }
        }

        /// <summary>Applies a pause that was started elsewhere.</summary>
        public void Pause(DateTimeOffset end, TimeSpan length)
        {
            lock (guard)
            {
                if (end > pausedUntil)
                {
                    Trip(end, length);
                }
            }
        }

        private void Trip(DateTimeOffset end, TimeSpan length)
        {
            pausedUntil = end;
            nextPause = length * 2 < MaxPause ? length * 2 : MaxPause;
            isTripped = true;
            (rejected, accepted) = (0, 0);
        }

        private void RollWindow(DateTimeOffset now)
        {
            if (now - windowStart > Window)
            {
                (windowStart, rejected, accepted) = (now, 0, 0);
                rejectingDomains.Clear();
            }
        }
    }
}
