using System.Collections.Concurrent;

namespace TrendingMail.Delivery.Throttling;

/// <summary>
/// The throttles of recipient domains, for all nodes together. A domain that defers because of our volume is throttled
/// alone: each deferral halves its rate, and accepted mail raises it again by steps (additive increase, multiplicative
/// decrease). A configured limit is never exceeded. All other domains are not throttled.
/// </summary>
internal sealed class DomainThrottles(
    IReadOnlyList<DomainOptions> limits, DomainThrottleStore store, TimeProvider clock)
{
    private readonly Dictionary<string, double> configuredLimits = limits.ToDictionary(
        limit => limit.Domain, limit => limit.MaxPerMinute / 60.0, StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentDictionary<string, DomainThrottle> throttles = new(
        limits.Select(limit => KeyValuePair.Create(
            limit.Domain, new DomainThrottle(limit.Domain, limit.MaxPerMinute / 60.0, store.RateLimiter, clock))),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Reserves a permit for one message to a domain and returns when it may be sent; null for now.</summary>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public ValueTask<DateTimeOffset?> ReserveAsync(string domain, CancellationToken cancellationToken) =>
        throttles.TryGetValue(domain, out var throttle) ? throttle.ReserveAsync(cancellationToken) : default;

    /// <summary>Records that the domain accepted a message.</summary>
    /// <returns>Whether this changed the domain's rate.</returns>
    public async ValueTask<bool> RecordAcceptedAsync(string domain, string reply)
    {
        if (!throttles.TryGetValue(domain, out var throttle) ||
            !throttle.TryDecide(DomainThrottleStore.DecisionInterval))
        {
            return false;
        }

        var decision = await store.SpeedUpAsync(domain, GetConfiguredLimit(domain), reply, CancellationToken.None);
        SetRate(domain, decision);
        return decision.IsChanged;
    }

    /// <summary>Records that the domain deferred a message because of our rate or volume.</summary>
    /// <returns>Whether this changed the domain's rate.</returns>
    public async ValueTask<bool> RecordDeferredAsync(string domain, string reply)
    {
        if (throttles.TryGetValue(domain, out var throttle) && throttle.IsAdaptive &&
            !throttle.TryDecide(DomainThrottleStore.DecisionInterval))
        {
            return false;
        }

        var decision = await store.SlowDownAsync(domain, GetConfiguredLimit(domain), reply, CancellationToken.None);
        SetRate(domain, decision);
        return decision.IsChanged;
    }

    /// <summary>Applies the rates that all nodes share.</summary>
    /// <param name="readAt">The clock's timestamp just before they were read.</param>
    public void Refresh(IReadOnlyList<ThrottledDomain> throttled, long readAt)
    {
        foreach (var domain in throttled.Where(domain => domain.Rate is not null))
        {
            GetOrAdd(domain.Domain).Refresh(domain.Rate, domain.RateChangedAt ?? domain.ChangedAt, readAt);
        }

        var throttledNames = throttled.Where(domain => domain.Rate is not null).Select(domain => domain.Domain)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (domain, throttle) in throttles.Where(pair => !throttledNames.Contains(pair.Key)))
        {
            throttle.Refresh(null, DateTimeOffset.MinValue, readAt);
            RemoveIfUnlimited(domain, throttle);
        }
    }

    /// <summary>Messages per second; null if the domain is not throttled.</summary>
    public double? GetRate(string domain) => throttles.TryGetValue(domain, out var throttle) ? throttle.Rate : null;

    private double? GetConfiguredLimit(string domain) =>
        configuredLimits.TryGetValue(domain, out var limit) ? limit : null;

    private DomainThrottle GetOrAdd(string domain) =>
        throttles.GetOrAdd(
            domain, _ => new DomainThrottle(domain, GetConfiguredLimit(domain), store.RateLimiter, clock));

    private void SetRate(string domain, RateDecision decision)
    {
        var throttle = GetOrAdd(domain);
        throttle.SetRate(decision.Rate, clock.GetUtcNow());
        RemoveIfUnlimited(domain, throttle);
    }

    private void RemoveIfUnlimited(string domain, DomainThrottle throttle)
    {
        if (throttle.Rate is null)
        {
            throttles.TryRemove(KeyValuePair.Create(domain, throttle));
        }
    }
}
