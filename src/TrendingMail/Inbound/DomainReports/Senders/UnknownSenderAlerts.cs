using TrendingMail.Delivery;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.DomainReports.Senders;

/// <summary>
/// Alerts the operator to servers that send in the name of a domain of ours, once for each server and domain.
/// </summary>
public sealed class UnknownSenderAlerts(
    DomainReportStore store, OwnDomains own, OperatorAlerts alerts, InboundStore inbound, InboundOptions options,
    TimeProvider clock)
{
    /// <summary>The sources of a report that are looked at: those with the most failed messages.</summary>
    private const int MaximumSources = 50;

    private readonly KnownSenders known = new(options.KnownSenders);

    /// <summary>Looks at the sources of a report that was just counted, in the caller's transaction.</summary>
    internal async Task RaiseAsync(Session session, DmarcReport report)
    {
        var since = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-UnknownSenderPolicy.Days);
        var sources = DmarcResult.Summarize(report, own)
            .Where(result => result is { Failed: true, Origin: MessageOrigin.Other, Source.Length: > 0 } &&
                !known.Contains(result.Source))
            .Select(result => result.Source).Distinct().Take(MaximumSources).ToList();
        if (report.Day < since || sources.Count == 0)
        {
            return;
        }

        var total = await DomainReportStore.CountMessagesAsync(session, report.Domain, since);
        foreach (var source in await store.CountSourcesAsync(session, report.Domain, sources, since))
        {
            if (UnknownSenderPolicy.IsSuspicious(source, total, known))
            {
                await RaiseAsync(session, report.Domain, source, since);
            }
        }
    }

    private async Task RaiseAsync(Session session, string domain, SourceTotals source, DateOnly since)
    {
        var (organizations, anyAuthenticated) =
            await DomainReportStore.ListReportersAsync(session, domain, source.Source, since);
        var caveat = anyAuthenticated || options.AuthservId.Length == 0
            ? ""
            : " (in reports whose senders could not be authenticated)";
        await inbound.RaiseAlertAsync(session, alerts, $"unknown-sender:{source.Source}:{domain}",
            $"A server you do not know sends in the name of {domain}",
            $"In the last {UnknownSenderPolicy.Days} days, {source.Source} sent {source.Failed} messages from " +
            $"{domain} that passed neither DKIM nor SPF for it, according to " +
            $"{string.Join(", ", organizations)}{caveat}. If the server is yours, let it sign with DKIM, or add " +
            "its address to Inbound:KnownSenders. If it is not, somebody forges your domain: a DMARC policy of " +
            "quarantine or reject keeps such mail from the inbox. See 'doctor reports'.");
    }
}
