using System.Globalization;
using TrendingMail.Inbound.DomainReports.Senders;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.DomainReports;

/// <summary>The message that carried a report.</summary>
/// <param name="Domain">The domain of its author; empty if there is none.</param>
/// <param name="IsAuthenticated">
/// Whether the server named in <c>Inbound:AuthservId</c> authenticated that domain.
/// </param>
public sealed record ReportSender(string Domain, bool IsAuthenticated);

/// <summary>Stores reports and what they count. Every method runs in the caller's transaction.</summary>
public sealed class DomainReportStore(OwnDomains own, InboundOptions options, TimeProvider clock)
{
    /// <summary>Anyone can send reports. The largest senders get fewer than this from the whole Internet.</summary>
    private const int MaximumReportsPerDay = 2_000;

    private const int MaximumTlsResults = 500;

    private static readonly string[] DmarcColumns =
        ["domain_report_id", "source", "domain", "disposition", "dkim", "spf", "origin", "day", "messages"];

    private static readonly string[] TlsColumns =
        ["domain_report_id", "domain", "policy_type", "result", "mail_server", "day", "successful", "failed"];

    /// <summary>Whether so many reports came in the last day that more are not counted.</summary>
    public async Task<bool> IsFullAsync(Session session) => await session.SingleAsync<long>(
        "SELECT COUNT(*) FROM domain_reports WHERE received_at > @since",
        new { since = clock.GetUtcNow().AddDays(-1) }) >= MaximumReportsPerDay;

    /// <summary>
    /// Adds a report. One whose sender was authenticated replaces one whose sender was not, which may be forged.
    /// </summary>
    /// <returns>False if the organization's report of this id was added before.</returns>
    public async Task<bool> AddAsync(Session session, DomainReport report, ReportSender sender)
    {
        if (sender.IsAuthenticated)
        {
            await session.ExecuteAsync("""
                DELETE FROM domain_reports
                WHERE kind = @kind AND organization = @Organization AND report_id = @ReportId AND domain = @Domain
                  AND NOT is_authenticated
                """, new { kind = report.Kind.ToColumn(), report.Organization, report.ReportId, report.Domain });
        }

        var id = await session.FirstOrDefaultAsync<long?>("""
            INSERT INTO domain_reports (
                kind, organization, report_id, domain, day, begin_at, end_at, received_at, sender_domain,
                is_authenticated, total, skipped_records)
            VALUES (
                @kind, @Organization, @ReportId, @Domain, @Day, @Begin, @End, @now, @sender, @IsAuthenticated, @Total,
                @SkippedRecords)
            ON CONFLICT DO NOTHING
            RETURNING id
            """, new
        {
            kind = report.Kind.ToColumn(),
            report.Organization,
            report.ReportId,
            report.Domain,
            report.Day,
            report.Begin,
            report.End,
            now = clock.GetUtcNow(),
            sender = sender.Domain,
            sender.IsAuthenticated,
            report.Total,
            report.SkippedRecords,
        });
        if (id is null)
        {
            return false;
        }

        var day = report.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        switch (report)
        {
            case DmarcReport dmarc:
                await session.InsertManyAsync("dmarc_results", DmarcColumns,
                    DmarcResult.Summarize(dmarc, own).Select(result => result.ToRow(id.Value, day)));
                break;
            case TlsReport tls:
                await session.InsertManyAsync("tls_results", TlsColumns, ToRows(tls, id.Value, day));
                break;
        }

        return true;
    }

    /// <summary>Records a report that was not counted.</summary>
    public Task SetAsideAsync(Session session, string fileName, string problem, ReportSender sender) =>
        session.ExecuteAsync("""
            INSERT INTO reports_set_aside (received_at, sender_domain, is_authenticated, file_name, problem)
            VALUES (@now, @Domain, @IsAuthenticated, @fileName, @problem)
            """, new { now = clock.GetUtcNow(), sender.Domain, sender.IsAuthenticated, fileName, problem });

    /// <summary>Counts a feedback report of today.</summary>
    /// <param name="source">The provider, or the domain of the report's author.</param>
    /// <param name="domain">The domain of ours that it is about; empty if it is about another one.</param>
    /// <param name="type">The feedback type (RFC 5965).</param>
    public Task AddComplaintAsync(Session session, string source, string domain, string type) =>
        session.ExecuteAsync("""
            INSERT INTO complaint_counts (day, source, domain, type, complaints)
            VALUES (@day, @source, @domain, @type, 1)
            ON CONFLICT (day, source, domain, type) DO UPDATE SET complaints = complaint_counts.complaints + 1
            """, new { day = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), source, domain, type });

    /// <summary>What sources sent in the name of a domain since a day.</summary>
    internal async Task<IReadOnlyList<SourceTotals>> CountSourcesAsync(
        Session session, string domain, IEnumerable<string> sources, DateOnly since) =>
        [.. (await session.QueryAsync<SourceRow>("""
            SELECT r.source, CAST(SUM(r.messages) AS BIGINT) AS failed,
                EXISTS (SELECT 1
                        FROM dmarc_results o
                        JOIN domain_reports d ON d.id = o.domain_report_id
                        WHERE o.source = r.source AND o.origin = 'own_signature'
                          AND (d.is_authenticated OR @trustsAll)) AS has_own_signature
            FROM dmarc_results r
            JOIN domain_reports d ON d.id = r.domain_report_id
            WHERE r.source IN @sources AND r.day >= @since AND d.domain = @domain
              AND r.dkim = 'fail' AND r.spf = 'fail' AND r.origin = 'other'
            GROUP BY r.source
            ORDER BY r.source
            """, new { domain, sources, since, trustsAll = options.AuthservId.Length == 0 }))
            .Select(row => new SourceTotals(row.Source, row.Failed, row.HasOwnSignature))];

    /// <summary>The messages that DMARC reports count for a domain since a day.</summary>
    internal static Task<long> CountMessagesAsync(Session session, string domain, DateOnly since) =>
        session.SingleAsync<long>("""
            SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT)
            FROM domain_reports
            WHERE kind = 'dmarc' AND domain = @domain AND day >= @since
            """, new { domain, since });

    /// <summary>
    /// The organizations that report a source's failed messages, and whether any of them is authenticated.
    /// </summary>
    internal static async Task<(IReadOnlyList<string> Organizations, bool AnyAuthenticated)> ListReportersAsync(
        Session session, string domain, string source, DateOnly since)
    {
        var rows = await session.QueryAsync<ReporterRow>("""
            SELECT DISTINCT d.organization, d.is_authenticated
            FROM dmarc_results r
            JOIN domain_reports d ON d.id = r.domain_report_id
            WHERE r.source = @source AND r.day >= @since AND d.domain = @domain AND r.dkim = 'fail' AND r.spf = 'fail'
            ORDER BY d.organization
            LIMIT 20
            """, new { domain, source, since });
        return ([.. rows.Select(row => row.Organization).Distinct()], rows.Any(row => row.IsAuthenticated));
    }

    private static IEnumerable<object?[]> ToRows(TlsReport report, long reportId, string day)
    {
        var totals = report.Policies
            .GroupBy(policy => (policy.Domain, policy.PolicyType), (key, policies) =>
                (key.Domain, key.PolicyType, Result: "", MailServer: "",
                    Successful: policies.Sum(policy => policy.Successful),
                    Failed: policies.Sum(policy => policy.Failed)))
            .Take(MaximumTlsResults);
        var failures = report.Policies
            .SelectMany(policy => policy.Failures.Select(failure => (policy.Domain, policy.PolicyType, failure)))
            .GroupBy(f => (f.Domain, f.PolicyType, f.failure.Result, f.failure.MailServer), (key, group) =>
                (key.Domain, key.PolicyType, key.Result, key.MailServer, Successful: 0L,
                    Failed: group.Sum(f => f.failure.Sessions)))
            .OrderByDescending(failure => failure.Failed)
            .Take(MaximumTlsResults);
        return totals.Concat(failures).Select(row => new object?[]
        {
            reportId, row.Domain, row.PolicyType, row.Result, row.MailServer, day, row.Successful, row.Failed,
        });
    }

    private sealed record SourceRow
    {
        public required string Source { get; init; }

        public required long Failed { get; init; }

        public required bool HasOwnSignature { get; init; }
    }

    private sealed record ReporterRow
    {
        public required string Organization { get; init; }

        public required bool IsAuthenticated { get; init; }
    }
}
