using System.Globalization;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling;

namespace TrendingMail.Delivery.History;

/// <summary>How the deliveries of one day fare by recipient domain, and what is held back now.</summary>
/// <param name="Day">The day or week of the mailings; null if nothing has been queued yet.</param>
/// <param name="Domains">Largest domain first.</param>
/// <param name="Limits">The rate limits in the settings.</param>
public sealed record DomainReport(
    string? Day, IReadOnlyList<DomainStatus> Domains, IReadOnlyList<ThrottledDomain> Throttled,
    IReadOnlyList<PausedServer> PausedServers, IReadOnlyList<DomainOptions> Limits);

/// <summary>Reports on deliveries by recipient domain.</summary>
public sealed class DomainReporter(DeliveryQueue queue, DomainThrottleStore throttles, DeliveryOptions options)
{
    private const int MaximumDomains = 50;

    /// <param name="day">The day of the mailings; null for the newest.</param>
    public async Task<DomainReport> CreateAsync(DateOnly? day, CancellationToken cancellationToken)
    {
        var key = day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            ?? (await queue.StatusAsync(null, 1, cancellationToken)).Select(mailing => mailing.Key).FirstOrDefault();
        return new DomainReport(
            key,
            key is null ? [] : await throttles.StatusAsync(key, MaximumDomains, cancellationToken),
            await throttles.ThrottledDomainsAsync(cancellationToken),
            await throttles.PausedServersAsync(cancellationToken),
            options.Domains);
    }
}
