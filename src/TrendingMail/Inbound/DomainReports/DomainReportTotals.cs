namespace TrendingMail.Inbound.DomainReports;

/// <summary>Who sent the messages of a source, as far as reports show.</summary>
public enum SourceStatus
{
    /// <summary>A server that sent messages with our signature, or is listed in <c>Inbound:KnownSenders</c>.</summary>
    Known,

    /// <summary>Not known, but all its messages passed: the domain's owner authorized it.</summary>
    Aligned,

    /// <summary>All that failed was forwarded, by what receivers say or a broken signature of ours.</summary>
    Forwarder,

    Unknown,
}

/// <summary>The messages in DMARC reports that have something in common.</summary>
public record DmarcCounts
{
    public required long Messages { get; init; }

    /// <summary>Messages with a valid DKIM signature that is aligned with the From domain.</summary>
    public required long DkimAligned { get; init; }

    public required long SpfAligned { get; init; }

    /// <summary>Messages that passed neither, and so failed DMARC.</summary>
    public required long Failed { get; init; }

    /// <summary>Those of the failed messages that were forwarded.</summary>
    public required long Forwarded { get; init; }

    public required long Quarantined { get; init; }

    public required long Rejected { get; init; }
}

/// <summary>The messages of one source in the name of one domain.</summary>
public sealed record SourceCounts : DmarcCounts
{
    /// <summary>The server's address; empty for those that were too many to keep apart.</summary>
    public required string Source { get; init; }

    public required string Domain { get; init; }

    /// <summary>The number of organizations that report it.</summary>
    public required long Organizations { get; init; }

    public SourceStatus Status { get; init; }
}

/// <summary>The messages of one day in the name of one domain.</summary>
public record DailyCounts : DmarcCounts
{
    public required DateOnly Day { get; init; }

    public required string Domain { get; init; }
}

/// <summary>The messages of one day and source in the name of one domain.</summary>
public sealed record DailySourceCounts : DailyCounts
{
    /// <summary>The server's address; empty for those that were too many to keep apart.</summary>
    public required string Source { get; init; }
}

/// <summary>The sessions that an organization's servers had with ours on one day.</summary>
public sealed record TlsCounts
{
    public required DateOnly Day { get; init; }

    public required string Organization { get; init; }

    public required string Domain { get; init; }

    public required string PolicyType { get; init; }

    public required long Successful { get; init; }

    public required long Failed { get; init; }
}

/// <summary>Why sessions failed.</summary>
public sealed record TlsFailureCounts
{
    public required string Result { get; init; }

    public required string Domain { get; init; }

    /// <summary>Our server; empty if it was not reported.</summary>
    public required string MailServer { get; init; }

    public required long Sessions { get; init; }
}

/// <summary>The complaints and other feedback reports of one day.</summary>
public sealed record ComplaintCounts
{
    public required DateOnly Day { get; init; }

    /// <summary>The provider, or the domain of the report's author.</summary>
    public required string Source { get; init; }

    /// <summary>The domain of ours that they are about; empty if it is another one.</summary>
    public required string Domain { get; init; }

    /// <summary>The feedback type (RFC 5965).</summary>
    public required string Type { get; init; }

    public required long Complaints { get; init; }
}

/// <summary>An organization that sent reports, and by which domain.</summary>
public sealed record ReporterCounts
{
    public required DomainReportKind Kind { get; init; }

    /// <summary>Its name by its own account.</summary>
    public required string Organization { get; init; }

    /// <summary>The domain of the messages' author.</summary>
    public required string SenderDomain { get; init; }

    /// <summary>Whether the receiving server authenticated that domain.</summary>
    public required bool IsAuthenticated { get; init; }

    public required long Reports { get; init; }

    public required long SkippedRecords { get; init; }
}

/// <summary>A report that was not counted.</summary>
public sealed record SetAsideReport
{
    public required DateTimeOffset ReceivedAt { get; init; }

    public required string SenderDomain { get; init; }

    public required bool IsAuthenticated { get; init; }

    public required string FileName { get; init; }

    public required string Problem { get; init; }
}

/// <summary>What arrived in reports in a number of days. Each list is limited to the most important entries.</summary>
/// <param name="Since">The first day counted.</param>
/// <param name="Dmarc">All messages in DMARC reports.</param>
public sealed record DomainReportTotals(
    int Days, DateOnly Since, DmarcCounts Dmarc, IReadOnlyList<SourceCounts> Sources,
    IReadOnlyList<DailyCounts> Daily, IReadOnlyList<DailySourceCounts> DailySources, IReadOnlyList<TlsCounts> Tls,
    IReadOnlyList<TlsFailureCounts> TlsFailures, IReadOnlyList<ComplaintCounts> Complaints,
    IReadOnlyList<ReporterCounts> Reporters, IReadOnlyList<SetAsideReport> SetAside);
