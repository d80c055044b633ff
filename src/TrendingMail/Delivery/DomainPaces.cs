using System.Collections.Concurrent;

namespace TrendingMail.Delivery;

/// <summary>
/// How fast each recipient domain takes our mail, for all nodes together. One that defers for being sent too much slows down alone,
/// by half each time, and speeds up again by steps (additive increase, multiplicative decrease); one that the settings limit never
/// goes faster than that. All others leave as they come.
/// </summary>
internal sealed class DomainPaces(IReadOnlyList<DomainOptions> limits, DomainBook book, TimeProvider clock)
{
    private readonly Dictionary<string, double> limitOf = limits.ToDictionary(
        limit => limit.Domain, limit => limit.MaxPerMinute / 60.0, StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentDictionary<string, DomainPace> paces = new(
        limits.Select(limit => KeyValuePair.Create(
            limit.Domain, new DomainPace(limit.Domain, limit.MaxPerMinute / 60.0, book.Turns, clock))),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>When the next message to a domain may leave; null for now. Takes that turn.</summary>
    /// <exception cref="TrendingMailException">The database is out of reach.</exception>
    public ValueTask<DateTimeOffset?> TurnAsync(string domain, CancellationToken cancellationToken) =>
        paces.TryGetValue(domain, out var pace) ? pace.TurnAsync(cancellationToken) : default;

    /// <returns>Whether this changed how fast the domain gets mail.</returns>
    public async ValueTask<bool> AcceptedAsync(string domain, string reply)
    {
        if (!paces.TryGetValue(domain, out var pace) || !pace.TryDecide(DomainBook.Period))
        {
            return false;
        }

        var decision = await book.SpeedUpAsync(domain, LimitOf(domain), reply, CancellationToken.None);
        Set(domain, decision);
        return decision.IsChanged;
    }

    /// <summary>The domain deferred a message because of how much it gets from us.</summary>
    /// <returns>Whether this changed how fast the domain gets mail.</returns>
    public async ValueTask<bool> DeferredAsync(string domain, string reply)
    {
        if (paces.TryGetValue(domain, out var pace) && pace.IsFound && !pace.TryDecide(DomainBook.Period))
        {
            return false;
        }

        var decision = await book.SlowDownAsync(domain, LimitOf(domain), reply, CancellationToken.None);
        Set(domain, decision);
        return decision.IsChanged;
    }

    /// <summary>Takes up what all nodes know.</summary>
    /// <param name="readAt">The time, of the clock's counter, just before it was read.</param>
    public void TakeUp(IReadOnlyList<HeldDomain> held, long readAt)
    {
        foreach (var domain in held.Where(domain => domain.Rate is not null))
        {
            PaceOf(domain.Domain).TakeUp(domain.Rate, domain.PacedAt ?? domain.ChangedAt, readAt);
        }

        var slow = held.Where(domain => domain.Rate is not null).Select(domain => domain.Domain)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (domain, pace) in paces.Where(pair => !slow.Contains(pair.Key)))
        {
            pace.TakeUp(null, DateTimeOffset.MinValue, readAt);
            RemoveIfFree(domain, pace);
        }
    }

    /// <summary>Messages a second; null where nothing holds the domain back.</summary>
    public double? RateOf(string domain) => paces.TryGetValue(domain, out var pace) ? pace.Rate : null;

    private double? LimitOf(string domain) => limitOf.TryGetValue(domain, out var limit) ? limit : null;

    private DomainPace PaceOf(string domain) =>
        paces.GetOrAdd(domain, _ => new DomainPace(domain, LimitOf(domain), book.Turns, clock));

    private void Set(string domain, PaceDecision decision)
    {
        var pace = PaceOf(domain);
        pace.Set(decision.Rate, clock.GetUtcNow());
        RemoveIfFree(domain, pace);
    }

    private void RemoveIfFree(string domain, DomainPace pace)
    {
        if (pace.Rate is null)
        {
            paces.TryRemove(KeyValuePair.Create(domain, pace));
        }
    }
}
