using System.Collections.Concurrent;

namespace TrendingMail.Delivery;

/// <summary>
/// Keeps one refusal of us from becoming a refusal of everyone: where most of what a recipient domain or a server says for
/// some minutes is that it does not want mail from us, what is left for it waits, and so does whom it refused since.
/// </summary>
public sealed class RefusalGuard(TimeProvider clock)
{
    /// <summary>One domain: so many refusals, and at least as many as acceptances.</summary>
    private const int FewestOfDomain = 5;

    /// <summary>One server, for several domains: a blocked address is refused by all alike.</summary>
    private const int FewestOfServer = 10;

    private const int FewestDomains = 3;

    /// <summary>Accepted in a row after a rest, it is trusted again.</summary>
    private const int Trusted = 5;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(4);

    private readonly ConcurrentDictionary<string, Watch> domains = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Watch> servers = new(StringComparer.Ordinal);

    /// <summary>Until when a domain gets no mail; null where it gets some.</summary>
    public DateTimeOffset? RestOf(string domain) =>
        domains.TryGetValue(domain, out var watch) && watch.RestsUntil is var until && until > clock.GetUtcNow() ? until : null;

    /// <summary>Another node found that a domain is to rest, or an earlier run did.</summary>
    /// <param name="since">When the rest began.</param>
    public void DomainRests(string domain, DateTimeOffset until, DateTimeOffset since)
    {
        if (until > clock.GetUtcNow())
        {
            WatchOfDomain(domain).Rests(until, until - since);
        }
    }

    /// <summary>The same of a server.</summary>
    /// <inheritdoc cref="DomainRests"/>
    public void ServerRests(string server, DateTimeOffset until, DateTimeOffset since)
    {
        if (until > clock.GetUtcNow())
        {
            WatchOf(server).Rests(until, until - since);
        }
    }

    /// <summary>A message was accepted.</summary>
    public void Accepted(string domain, string server)
    {
        var now = clock.GetUtcNow();
        if (domains.TryGetValue(domain, out var watch))
        {
            watch.Accepted(now);
        }

        WatchOf(server).Accepted(now);
    }

    /// <summary>A message was refused for a reason that concerns us (<see cref="SmtpReply.IsAboutUs"/>).</summary>
    public Caution Refused(string domain, string server)
    {
        var now = clock.GetUtcNow();
        var ofDomain = WatchOfDomain(domain).Refused(domain, now);
        var ofServer = WatchOf(server).Refused(domain, now);
        return new Caution(ofDomain.IsHeld || ofServer.IsHeld, ofDomain.Until, ofServer.Until);
    }

    private Watch WatchOfDomain(string domain) => domains.GetOrAdd(domain, _ => new Watch(FewestOfDomain, 1));

    private Watch WatchOf(string server) => servers.GetOrAdd(server, _ => new Watch(FewestOfServer, FewestDomains));

    /// <summary>What a refusal means.</summary>
    /// <param name="IsHeld">It says nothing of the reader: the delivery is tried again.</param>
    /// <param name="DomainRests">Set where the domain's rest begins with it: until when.</param>
    /// <param name="ServerRests">Set where the server's rest begins with it: until when.</param>
    public readonly record struct Caution(bool IsHeld, DateTimeOffset? DomainRests, DateTimeOffset? ServerRests);

    private sealed class Watch(int fewest, int fewestDomains)
    {
        private readonly Lock guard = new();
        private readonly HashSet<string> refusing = new(StringComparer.OrdinalIgnoreCase);
        private DateTimeOffset since;
        private int refused;
        private int accepted;
        private bool isDistrusted;
        private TimeSpan rest = FirstRest;
        private DateTimeOffset until;

        public DateTimeOffset RestsUntil
        {
            get
            {
                lock (guard)
                {
                    return until;
                }
            }
        }

        public void Accepted(DateTimeOffset now)
        {
            lock (guard)
            {
                Renew(now);
                accepted++;
                if (isDistrusted && now >= until && accepted >= Trusted)
                {
                    isDistrusted = false;
                    rest = FirstRest;
                }
            }
        }

        public (bool IsHeld, DateTimeOffset? Until) Refused(string domain, DateTimeOffset now)
        {
            lock (guard)
            {
                if (now < until)
                {
                    return (true, null);
                }

                Renew(now);
                refused++;
                if (refusing.Count < fewestDomains)
                {
                    refusing.Add(domain);
                }

                if (!isDistrusted && (refused < fewest || refused < accepted || refusing.Count < fewestDomains))
                {
                    return (false, null);
                }

                Begin(now + rest, rest);
                return (true, until);
            }
        }

        /// <summary>Takes up a rest that began elsewhere.</summary>
        public void Rests(DateTimeOffset end, TimeSpan length)
        {
            lock (guard)
            {
                if (end > until)
                {
                    Begin(end, length);
                }
            }
        }

        private void Begin(DateTimeOffset end, TimeSpan length)
        {
            until = end;
            rest = length * 2 < LongestRest ? length * 2 : LongestRest;
            isDistrusted = true;
            (refused, accepted) = (0, 0);
        }

        private void Renew(DateTimeOffset now)
        {
            if (now - since > Window)
            {
                (since, refused, accepted) = (now, 0, 0);
                refusing.Clear();
            }
        }
    }
}
