using System.Globalization;
using System.Xml;

namespace TrendingMail.Inbound.DomainReports.Parsing;

/// <summary>
/// Parses DMARC aggregate reports (RFC 7489 appendix C, its drafts, and RFC 9990). Records that are invalid or not
/// about the domain are left out and counted.
/// </summary>
internal static class DmarcParser
{
    private const int MaximumSignatures = 20;

    /// <summary>Reasons for which a receiver lets a message pass that fails DMARC: it was forwarded.</summary>
    private static readonly string[] ForwardingReasons = ["forwarded", "trusted_forwarder", "mailing_list"];

    /// <exception cref="UnreadableReportException">The document is not such a report, or exceeds a limit.</exception>
    /// <exception cref="XmlException">The document is not well-formed.</exception>
    public static DmarcReport Parse(DocumentStream document)
    {
        using var xml = ReportXml.Open(document);
        MoveToFeedback(xml);
        var depth = xml.Depth;
        ReportElement? metadata = null, policy = null;
        var records = new List<DmarcRecord?>();
        if (!xml.IsEmptyElement)
        {
            xml.Read();
        }

        while (xml.Depth > depth)
        {
            switch (xml.NodeType == XmlNodeType.Element ? xml.LocalName : null)
            {
                case null:
                    xml.Read();
                    break;
                case "report_metadata" when metadata is null:
                    metadata = ReportXml.ReadElement(xml);
                    break;
                case "policy_published" when policy is null:
                    policy = ReportXml.ReadElement(xml);
                    break;
                case "record" when records.Count == ReportLimits.Records:
                    throw new UnreadableReportException($"it has more than {ReportLimits.Records} records");
                case "record":
                    records.Add(ParseRecord(ReportXml.ReadElement(xml)));
                    break;
                default:
                    ReportXml.SkipElement(xml);
                    break;
            }
        }

        return Create(metadata, policy, records);
    }

    /// <summary>
    /// Some reports are in a schema element that is never closed, so nothing after the report is read.
    /// </summary>
    private static void MoveToFeedback(XmlReader xml)
    {
        if (xml.MoveToContent() == XmlNodeType.Element && xml.LocalName == "schema" && xml.Read())
        {
            xml.MoveToContent();
        }

        if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "feedback")
        {
            throw new UnreadableReportException("it is no DMARC report: its root element is not <feedback>");
        }
    }

    private static DmarcReport Create(
        ReportElement? metadata, ReportElement? policy, List<DmarcRecord?> records)
    {
        var domain = DomainName.Parse(policy?.TextAt("domain"))
            ?? throw new UnreadableReportException("it does not say which domain it is about");
        var (begin, end) = ReportValues.ParsePeriod(
            metadata?.Find("date_range")?.TextAt("begin"), metadata?.Find("date_range")?.TextAt("end"));
        var about = records.OfType<DmarcRecord>()
            .Select(record => record.HeaderFrom.Length > 0 ? record : record with { HeaderFrom = domain })
            .Where(record => DomainName.IsWithin(record.HeaderFrom, domain)).ToList();
        if (about.Count == 0 && records.Count > 0)
        {
            throw new UnreadableReportException("none of its records is valid and about its domain");
        }

        return new DmarcReport
        {
            Organization = ReportValues.CleanText(metadata?.TextAt("org_name"))
                ?? DomainName.FromAddress(metadata?.TextAt("email") ?? "")
                ?? throw new UnreadableReportException("it does not say who made it"),
            ReportId = ReportValues.CleanText(metadata?.TextAt("report_id")) ?? string.Create(
                CultureInfo.InvariantCulture, $"{begin.ToUnixTimeSeconds()}-{end.ToUnixTimeSeconds()}"),
            Domain = domain,
            Begin = begin,
            End = end,
            Records = about,
            SkippedRecords = records.Count - about.Count,
        };
    }

    private static DmarcRecord? ParseRecord(ReportElement record)
    {
        var row = record.Find("row");
        if (ReportValues.ParseAddress(row?.TextAt("source_ip")) is not { } source ||
            ReportValues.ParseCount(row?.TextAt("count")) is not { } messages)
        {
            return null;
        }

        // Drafts of the format said "identities".
        var reportedFrom = (record.Find("identifiers") ?? record.Find("identities"))?.TextAt("header_from");
        var headerFrom = DomainName.Parse(reportedFrom);
        if (headerFrom is null && reportedFrom is not null)
        {
            return null;
        }

        var evaluated = row?.Find("policy_evaluated");
        var results = record.Find("auth_results");
        var signatures = ParseSignatures(results).ToList();
        return new DmarcRecord(
            source, headerFrom ?? "", ParseDisposition(evaluated?.TextAt("disposition")),
            IsAligned(evaluated?.TextAt("dkim"), signatures.Where(s => s.Passed).Select(s => s.Domain), headerFrom),
            IsAligned(evaluated?.TextAt("spf"), ParseSpfDomains(results), headerFrom),
            evaluated?.FindAll("reason").Any(reason =>
                ForwardingReasons.Contains(reason.TextAt("type"), StringComparer.OrdinalIgnoreCase)) ?? false,
            signatures, messages);
    }

    private static IEnumerable<DkimResult> ParseSignatures(ReportElement? results) =>
        from dkim in results?.FindAll("dkim").Take(MaximumSignatures) ?? []
        let domain = DomainName.Parse(dkim.TextAt("domain"))
        where domain is not null
        select new DkimResult(
            domain, DomainName.Parse(dkim.TextAt("selector")) ?? "", IsPass(dkim.TextAt("result")));

    private static IEnumerable<string> ParseSpfDomains(ReportElement? results) =>
        from spf in results?.FindAll("spf").Take(MaximumSignatures) ?? []
        where IsPass(spf.TextAt("result"))
        let domain = DomainName.Parse(spf.TextAt("domain"))
        where domain is not null
        select domain;

    /// <summary>
    /// The receiver's own evaluation; if it is missing, whether an authenticated domain is the author's, or one above
    /// or below it.
    /// </summary>
    private static bool IsAligned(string? evaluated, IEnumerable<string> authenticated, string? headerFrom) =>
        evaluated is not null
            ? IsPass(evaluated)
            : headerFrom is not null && authenticated.Any(domain =>
                domain.Contains('.', StringComparison.Ordinal) &&
                (DomainName.IsWithin(domain, headerFrom) || DomainName.IsWithin(headerFrom, domain)));

    private static bool IsPass(string? result) => "pass".Equals(result, StringComparison.OrdinalIgnoreCase);

    private static DmarcDisposition ParseDisposition(string? text) => text?.ToLowerInvariant() switch
    {
        "quarantine" => DmarcDisposition.Quarantine,
        "reject" => DmarcDisposition.Reject,
        _ => DmarcDisposition.None,
    };
}
