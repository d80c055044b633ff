using TrendingMail.Inbound.DomainReports.Senders;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.DomainReports;

/// <summary>Sums up the reports on our domains by day, source and domain.</summary>
public sealed class DomainReportOverview(Database database, InboundOptions options, TimeProvider clock)
{
    /// <summary>The entries of each list.</summary>
    public const int MaximumEntries = 1_000;

    private const string CountColumns = """
        CAST(COALESCE(SUM(r.messages), 0) AS BIGINT) AS messages,
        CAST(COALESCE(SUM(CASE WHEN r.dkim = 'pass' THEN r.messages END), 0) AS BIGINT) AS dkim_aligned,
        CAST(COALESCE(SUM(CASE WHEN r.spf = 'pass' THEN r.messages END), 0) AS BIGINT) AS spf_aligned,
        CAST(COALESCE(SUM(CASE WHEN r.dkim = 'fail' AND r.spf = 'fail' THEN r.messages END), 0) AS BIGINT) AS failed,
        CAST(COALESCE(SUM(CASE WHEN r.origin = 'forwarded' THEN r.messages END), 0) AS BIGINT) AS forwarded,
        CAST(COALESCE(SUM(CASE WHEN r.disposition = 'quarantine' THEN r.messages END), 0) AS BIGINT) AS quarantined,
        CAST(COALESCE(SUM(CASE WHEN r.disposition = 'reject' THEN r.messages END), 0) AS BIGINT) AS rejected
        """;

    private readonly KnownSenders known = new(options.KnownSenders);

    /// <param name="days">The number of days up to today; reports arrive a day or two late.</param>
    public Task<DomainReportTotals> LoadAsync(int days, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var since = DateOnly.FromDateTime(now.UtcDateTime).AddDays(1 - days);
        return database.ReadAsync(async session => new DomainReportTotals(
            days, since, await CountMessagesAsync(session, since), await CountSourcesAsync(session, since),
            await CountDaysAsync(session, since), await CountDailySourcesAsync(session, since),
            await CountTlsAsync(session, since), await CountTlsFailuresAsync(session, since),
            await CountComplaintsAsync(session, since), await CountReportersAsync(session, since),
            await ListSetAsideAsync(session, now.AddDays(-days))), cancellationToken);
    }

    private static async Task<DmarcCounts> CountMessagesAsync(Session session, DateOnly since) =>
        (await session.QueryAsync<DmarcCounts>($"""
            SELECT {CountColumns}
            FROM dmarc_results r
            WHERE r.day >= @since
            """, new { since }))[0];

    private async Task<IReadOnlyList<SourceCounts>> CountSourcesAsync(Session session, DateOnly since)
    {
        var own = (await session.QueryAsync<string>("""
            SELECT DISTINCT r.source
            FROM dmarc_results r
            JOIN domain_reports d ON d.id = r.domain_report_id
            WHERE r.origin = 'own_signature' AND (d.is_authenticated OR @trustsAll)
            """, new { trustsAll = options.AuthservId.Length == 0 })).ToHashSet();
        var sources = await session.QueryAsync<SourceCounts>($"""
            SELECT r.source, r.domain, COUNT(DISTINCT d.organization) AS organizations, {CountColumns}
            FROM dmarc_results r
            JOIN domain_reports d ON d.id = r.domain_report_id
            WHERE r.day >= @since
            GROUP BY r.source, r.domain
            ORDER BY failed DESC, messages DESC, r.source, r.domain
            LIMIT {MaximumEntries}
            """, new { since });
        return [.. sources.Select(source => source with { Status = FindStatus(source, own) })];
    }

    private SourceStatus FindStatus(SourceCounts source, HashSet<string> own) =>
        own.Contains(source.Source) || known.Contains(source.Source) ? SourceStatus.Known
        : source.Failed == 0 ? SourceStatus.Aligned
        : source.Failed == source.Forwarded ? SourceStatus.Forwarder
        : SourceStatus.Unknown;

    private static Task<IReadOnlyList<DailyCounts>> CountDaysAsync(Session session, DateOnly since) =>
        session.QueryAsync<DailyCounts>($"""
            SELECT r.day, r.domain, {CountColumns}
            FROM dmarc_results r
            WHERE r.day >= @since
            GROUP BY r.day, r.domain
            ORDER BY r.day DESC, messages DESC, r.domain
            LIMIT {MaximumEntries}
            """, new { since });

    private static Task<IReadOnlyList<DailySourceCounts>> CountDailySourcesAsync(Session session, DateOnly since) =>
        session.QueryAsync<DailySourceCounts>($"""
            SELECT r.day, r.source, r.domain, {CountColumns}
            FROM dmarc_results r
            WHERE r.day >= @since
            GROUP BY r.day, r.source, r.domain
            ORDER BY r.day DESC, messages DESC, r.source, r.domain
            LIMIT {MaximumEntries}
            """, new { since });

    private static Task<IReadOnlyList<TlsCounts>> CountTlsAsync(Session session, DateOnly since) =>
        session.QueryAsync<TlsCounts>($"""
            SELECT r.day, d.organization, r.domain, r.policy_type,
                CAST(SUM(r.successful) AS BIGINT) AS successful, CAST(SUM(r.failed) AS BIGINT) AS failed
            FROM tls_results r
            JOIN domain_reports d ON d.id = r.domain_report_id
            WHERE r.day >= @since AND r.result = ''
            GROUP BY r.day, d.organization, r.domain, r.policy_type
            ORDER BY r.day DESC, failed DESC, successful DESC, d.organization, r.domain, r.policy_type
            LIMIT {MaximumEntries}
            """, new { since });

    private static Task<IReadOnlyList<TlsFailureCounts>> CountTlsFailuresAsync(Session session, DateOnly since) =>
        session.QueryAsync<TlsFailureCounts>($"""
            SELECT r.result, r.domain, r.mail_server, CAST(SUM(r.failed) AS BIGINT) AS sessions
            FROM tls_results r
            WHERE r.day >= @since AND r.result <> ''
            GROUP BY r.result, r.domain, r.mail_server
            ORDER BY sessions DESC, r.result, r.domain, r.mail_server
            LIMIT {MaximumEntries}
            """, new { since });

    private static Task<IReadOnlyList<ComplaintCounts>> CountComplaintsAsync(Session session, DateOnly since) =>
        session.QueryAsync<ComplaintCounts>($"""
            SELECT day, source, domain, type, complaints
            FROM complaint_counts
            WHERE day >= @since
            ORDER BY day DESC, complaints DESC, source, domain, type
            LIMIT {MaximumEntries}
            """, new { since });

    private static Task<IReadOnlyList<ReporterCounts>> CountReportersAsync(Session session, DateOnly since) =>
        session.QueryAsync<ReporterCounts>($"""
            SELECT kind, organization, sender_domain, is_authenticated, COUNT(*) AS reports,
                CAST(SUM(skipped_records) AS BIGINT) AS skipped_records
            FROM domain_reports
            WHERE day >= @since
            GROUP BY kind, organization, sender_domain, is_authenticated
            ORDER BY reports DESC, kind, organization, sender_domain
            LIMIT {MaximumEntries}
            """, new { since });

    private static Task<IReadOnlyList<SetAsideReport>> ListSetAsideAsync(Session session, DateTimeOffset since) =>
        session.QueryAsync<SetAsideReport>("""
            SELECT received_at, sender_domain, is_authenticated, file_name, problem
            FROM reports_set_aside
            WHERE received_at >= @since
            ORDER BY received_at DESC, id DESC
            LIMIT 100
            """, new { since });
}
