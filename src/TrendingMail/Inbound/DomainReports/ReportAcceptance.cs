using System.Globalization;
using TrendingMail.Inbound.DomainReports.Senders;

namespace TrendingMail.Inbound.DomainReports;

/// <summary>Decides whether a report that could be read is counted.</summary>
internal static class ReportAcceptance
{
    private const int MaximumDays = 32;

    /// <summary>Clocks differ, and days begin earlier in the east.</summary>
    private static readonly TimeSpan MaximumLead = TimeSpan.FromDays(2);

    /// <summary>Reduces a report to what is about domains of ours: a TLS report may cover others too.</summary>
    public static DomainReport KeepOwn(DomainReport report, OwnDomains own) =>
        report is TlsReport tls &&
        tls.Policies.Where(policy => own.Contains(policy.Domain)).ToList() is [var first, ..] kept
            ? tls with
            {
                Domain = first.Domain,
                Policies = kept,
                SkippedRecords = tls.SkippedRecords + tls.Policies.Count - kept.Count,
            }
            : report;

    /// <param name="report">What is about domains of ours, if anything is.</param>
    /// <returns>Why it is not; null if it is.</returns>
    public static string? FindProblem(
        DomainReport report, OwnDomains own, DateTimeOffset now, int retentionDays) =>
        !own.Contains(report.Domain)
            ? $"it is about {report.Domain}, which is not a domain that we send from"
            : report.End - report.Begin > TimeSpan.FromDays(MaximumDays)
            ? $"it covers more than {MaximumDays} days"
            : report.End > now + MaximumLead
            ? string.Create(CultureInfo.InvariantCulture, $"it is about the future ({report.Day:yyyy-MM-dd})")
            : report.End < now.AddDays(-retentionDays)
            ? string.Create(CultureInfo.InvariantCulture,
                $"it is older than reports are kept ({report.Day:yyyy-MM-dd})")
            : null;
}
