using System.Globalization;

namespace TrendingMail.Inbound.DomainReports;

/// <summary>What a report is about.</summary>
public enum DomainReportKind
{
    /// <summary>A DMARC aggregate report (RFC 7489 appendix C, RFC 9990).</summary>
    Dmarc,

    /// <summary>An SMTP TLS report (RFC 8460).</summary>
    Tls,
}

/// <summary>
/// What another mail server reports about a domain: whether mail in its name passed DMARC, or whether connections to
/// its servers were secured. Anyone can send such a report, and nothing in it can be verified.
/// </summary>
public abstract record DomainReport
{
    public abstract DomainReportKind Kind { get; }

    /// <summary>The organization that made the report, by its own account.</summary>
    public required string Organization { get; init; }

    /// <summary>Unique within the organization.</summary>
    public required string ReportId { get; init; }

    /// <summary>The domain whose DNS record requested the report.</summary>
    public required string Domain { get; init; }

    public required DateTimeOffset Begin { get; init; }

    public required DateTimeOffset End { get; init; }

    /// <summary>The number of records that were left out because they are invalid or not about the domain.</summary>
    public int SkippedRecords { get; init; }

    /// <summary>
    /// The day of most of the period, in UTC: some reports cover a day of the organization's own time zone.
    /// </summary>
    public DateOnly Day => DateOnly.FromDateTime((Begin + ((End - Begin) / 2)).UtcDateTime);

    /// <summary>The number of messages or sessions that it counts.</summary>
    public abstract long Total { get; }
}

/// <summary>A DMARC aggregate report.</summary>
public sealed record DmarcReport : DomainReport
{
    public override DomainReportKind Kind => DomainReportKind.Dmarc;

    public required IReadOnlyList<DmarcRecord> Records { get; init; }

    public override long Total => Records.Sum(record => record.Messages);
}

/// <summary>What a receiver did with a message that failed DMARC.</summary>
public enum DmarcDisposition
{
    /// <summary>Nothing: it passed, or the policy requests no action.</summary>
    None,

    Quarantine,

    Reject,
}

/// <summary>A DKIM result in a DMARC report.</summary>
/// <param name="Selector">Empty if it was not reported.</param>
public sealed record DkimResult(string Domain, string Selector, bool Passed);

/// <summary>The messages of one source that fared the same.</summary>
/// <param name="Source">The address of the server from which the receiver got them.</param>
/// <param name="HeaderFrom">The domain of their From header.</param>
/// <param name="DkimAligned">Whether a valid signature is of that domain or one aligned with it.</param>
/// <param name="SpfAligned">Whether SPF passed for that domain or one aligned with it.</param>
/// <param name="WasForwarded">Whether the receiver takes the source for a forwarder or a mailing list.</param>
/// <param name="Signatures">The signatures that the receiver found, valid or not.</param>
public sealed record DmarcRecord(
    string Source, string HeaderFrom, DmarcDisposition Disposition, bool DkimAligned, bool SpfAligned,
    bool WasForwarded, IReadOnlyList<DkimResult> Signatures, long Messages);

/// <summary>An SMTP TLS report.</summary>
public sealed record TlsReport : DomainReport
{
    public override DomainReportKind Kind => DomainReportKind.Tls;

    public required IReadOnlyList<TlsPolicy> Policies { get; init; }

    public override long Total => Policies.Sum(policy => policy.Successful + policy.Failed);
}

/// <summary>The sessions to which one policy of a domain applied.</summary>
/// <param name="PolicyType"><c>sts</c>, <c>tlsa</c> or <c>no-policy-found</c>.</param>
/// <param name="Failures">The failures in detail. Their number may differ from <paramref name="Failed"/>.</param>
public sealed record TlsPolicy(
    string Domain, string PolicyType, long Successful, long Failed, IReadOnlyList<TlsFailure> Failures);

/// <summary>Sessions that failed for the same reason.</summary>
/// <param name="Result">The result type, such as <c>certificate-expired</c>.</param>
/// <param name="MailServer">The host name of our server; empty if it was not reported.</param>
public sealed record TlsFailure(string Result, string MailServer, long Sessions);

/// <summary>An attachment, or a file in one, that is a report or claims to be one.</summary>
/// <param name="FileName">Its name, as shown to the operator; empty if there is none.</param>
/// <param name="Report">The report; null if it could not be read.</param>
/// <param name="Problem">Why it could not be read; null if it was.</param>
public sealed record DomainReportReading(string FileName, DomainReport? Report, string? Problem)
{
    /// <summary>One line for the operator.</summary>
    public override string ToString() => Report switch
    {
        DmarcReport => $"The DMARC report {Describe(Report, "messages")}",
        TlsReport => $"The TLS report {Describe(Report, "sessions")}",
        _ => $"The report '{FileName}' cannot be read: {Problem}",
    };

    private static string Describe(DomainReport report, string unit) => string.Create(
        CultureInfo.InvariantCulture,
        $"of {report.Organization} on {report.Domain} for {report.Day:yyyy-MM-dd} with {report.Total} {unit}");
}
