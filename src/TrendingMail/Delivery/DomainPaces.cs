using System.Collections.Concurrent;

namespace TrendingMail.Delivery;

/// <summary>
/// How fast each recipient domain takes our mail. One that defers for being sent too much slows down alone, by half each
/// time, and speeds up again by steps (additive increase, multiplicative decrease); one that the settings limit never goes
/// faster than that. All others leave as they come.
/// </summary>
public sealed class DomainPaces(IReadOnlyList<DomainOptions> limits, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Pace> paces = new(
        limits.Select(limit => KeyValuePair.Create(limit.Domain, new Pace(limit.MaxPerMinute / 60.0, clock.GetUtcNow()))),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>When the next message to a domain may leave; null for now. Takes that turn.</summary>
    public DateTimeOffset? Turn(string domain) => paces.TryGetValue(domain, out var pace) ? pace.Turn(clock.GetUtcNow()) : null;

    /// <returns>Whether this changed how fast the domain gets mail.</returns>
    public bool Accepted(string domain)
    {
        if (!paces.TryGetValue(domain, out var pace) || !pace.SpeedUp(clock.GetUtcNow(), out var isFree))
        {
            return false;
        }

        if (isFree)
        {
            paces.TryRemove(domain, out _);
        }

        return true;
    }

    /// <summary>The domain deferred a message because of how much it gets from us.</summary>
    /// <returns>Whether this changed how fast the domain gets mail.</returns>
    public bool Deferred(string domain) =>
        paces.GetOrAdd(domain, _ => new Pace(limit: null, clock.GetUtcNow())).SlowDown(clock.GetUtcNow());

    /// <summary>Takes up what an earlier run found out.</summary>
    public void Restore(string domain, double rate) => paces.GetOrAdd(domain, _ => new Pace(limit: null, clock.GetUtcNow())).Set(rate);

    /// <summary>Messages a second; null where nothing holds the domain back.</summary>
    public double? RateOf(string domain) => paces.TryGetValue(domain, out var pace) ? pace.Rate : null;

    private sealed class Pace(double? limit, DateTimeOffset now)
    {
        /// <summary>Messages a second at which a domain without a limit of its own starts when it first defers.</summary>
        private const double FirstRate = 4;

        private const double LowestRate = 0.2;

        private const double Step = 0.5;

        /// <summary>A domain without a limit that takes so many a second is held back no longer.</summary>
        private const double FreeRate = 20;

        /// <summary>One decision in so much time: the deferrals of one burst are one sign, not many.</summary>
        private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

        private readonly Lock guard = new();
        private double rate = limit ?? FirstRate;
        private DateTimeOffset nextTurn = now;
        private DateTimeOffset changedAt = DateTimeOffset.MinValue;

        public double Rate
        {
            get
            {
                lock (guard)
                {
                    return rate;
                }
            }
        }

        public DateTimeOffset? Turn(DateTimeOffset now)
        {
            lock (guard)
            {
                var turn = nextTurn > now ? nextTurn : now;
                nextTurn = turn + TimeSpan.FromSeconds(1 / rate);
                return turn > now ? turn : null;
            }
        }

        public void Set(double found)
        {
            lock (guard)
            {
                rate = Math.Clamp(found, LowestRate, Math.Max(limit ?? FreeRate, LowestRate));
            }
        }

        public bool SlowDown(DateTimeOffset now)
        {
            lock (guard)
            {
                return Change(Math.Max(rate / 2, Math.Min(LowestRate, limit ?? LowestRate)), now);
            }
        }

        /// <param name="isFree">Nothing needs to hold the domain back any more.</param>
        public bool SpeedUp(DateTimeOffset now, out bool isFree)
        {
            lock (guard)
            {
                var isChanged = Change(Math.Min(rate + Step, limit ?? FreeRate), now);
                isFree = limit is null && rate >= FreeRate;
                return isChanged || isFree;
            }
        }

        private bool Change(double next, DateTimeOffset now)
        {
            if (now - changedAt < Period)
            {
                return false;
            }

            var isChanged = next != rate;
            rate = next;
            changedAt = now;
            return isChanged;
        }
    }
}
