using System.Globalization;
using TrendingMail.Inbound.DomainReports.Senders;

namespace TrendingMail.Inbound.DomainReports;

/// <summary>Decides whether a report that could be read is counted.</summary>
internal static class ReportAcceptance
{
    private const int MaximumDays = 32;

    /// <summary>Clocks differ, and days begin earlier in the east.</summary>
    private static readonly TimeSpan MaximumLead = TimeSpan.FromDays(2);

    /// <returns>Why it is not; null if it is.</returns>
    public static string? FindProblem(DomainReport report, OwnDomains own, DateTimeOffset now, int retentionDays)
    {
        string[] domains =
            report is TlsReport tls ? [.. tls.Policies.Select(policy => policy.Domain)] : [report.Domain];
        return !Array.Exists(domains, own.Contains)
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
}
