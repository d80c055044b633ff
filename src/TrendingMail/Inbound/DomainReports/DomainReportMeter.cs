using System.Diagnostics.Metrics;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.DomainReports;

/// <summary>The metrics of reports that arrive by mail.</summary>
public static class DomainReportMeter
{
    public const string Name = "TrendingMail.Inbound";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Reports = Meter.CreateCounter<long>(
        "trendingmail.domain_reports", "{report}", "DMARC and TLS reports received, by kind and status");

    private static readonly Counter<long> Messages = Meter.CreateCounter<long>(
        "trendingmail.dmarc.messages", "{message}", "Messages in DMARC reports, by the results for our domain");

    private static readonly Counter<long> Sessions = Meter.CreateCounter<long>(
        "trendingmail.tls.sessions", "{session}", "Sessions in TLS reports, by result");

    private static readonly Counter<long> Complaints = Meter.CreateCounter<long>(
        "trendingmail.complaints", "{complaint}", "Complaints and other feedback reports received");

    internal static void RecordComplaint() => Complaints.Add(1);

    internal static void Record(DomainReportOutcome outcome)
    {
        var report = outcome.Reading.Report;
        Reports.Add(1, Tag("kind", report?.Kind.ToColumn() ?? "unreadable"), Tag("status", outcome.Status.ToColumn()));
        if (outcome.Status != DomainReportStatus.Counted)
        {
            return;
        }

        foreach (var group in (report as DmarcReport)?.Records.GroupBy(r => (r.DkimAligned, r.SpfAligned)) ?? [])
        {
            Messages.Add(group.Sum(record => record.Messages),
                Tag("dkim", group.Key.DkimAligned ? "pass" : "fail"),
                Tag("spf", group.Key.SpfAligned ? "pass" : "fail"));
        }

        foreach (var policy in (report as TlsReport)?.Policies ?? [])
        {
            Sessions.Add(policy.Successful, Tag("result", "successful"));
            Sessions.Add(policy.Failed, Tag("result", "failed"));
        }
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
