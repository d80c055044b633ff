using TrendingMail.Inbound.DomainReports.Senders;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.DomainReports;

/// <summary>What the messages of a source have to do with us.</summary>
public enum MessageOrigin
{
    /// <summary>They carry a valid signature made with a key of ours, so we sent them.</summary>
    OwnSignature,

    /// <summary>
    /// They fail, but because they were forwarded, as the receiver says or a broken signature of ours shows.
    /// </summary>
    Forwarded,

    Other,
}

/// <summary>The messages of a report that are alike.</summary>
/// <param name="Source">The address of the server; empty for those that were too many to keep apart.</param>
/// <param name="Domain">The domain of the From header.</param>
public sealed record DmarcResult(
    string Source, string Domain, DmarcDisposition Disposition, bool DkimAligned, bool SpfAligned,
    MessageOrigin Origin, long Messages)
{
    /// <summary>The results of one report that are kept. A forger may name any number of sources.</summary>
    private const int MaximumResults = 500;

    public bool Failed => !DkimAligned && !SpfAligned;

    /// <summary>Adds up the records of a report, the largest results first.</summary>
    public static IReadOnlyList<DmarcResult> Summarize(DmarcReport report, OwnDomains own)
    {
        var all = Combine(report.Records.Select(record => new DmarcResult(
            record.Source, record.HeaderFrom, record.Disposition, record.DkimAligned, record.SpfAligned,
            FindOrigin(record, own), record.Messages)));
        return
        [
            .. all.Take(MaximumResults),
            .. Combine(all.Skip(MaximumResults).Select(result => result with { Source = "", Domain = report.Domain })),
        ];
    }

    internal static MessageOrigin FindOrigin(DmarcRecord record, OwnDomains own)
    {
        if (record.DkimAligned && record.Signatures.Any(signature => signature.Passed && own.HasKey(signature)))
        {
            return MessageOrigin.OwnSignature;
        }

        // Forwarders that change a message break its signature. Whoever forges one has no signature to break.
        return record is { DkimAligned: false, SpfAligned: false } &&
            (record.WasForwarded || record.Signatures.Any(own.HasKey))
            ? MessageOrigin.Forwarded
            : MessageOrigin.Other;
    }

    /// <summary>The columns of <c>dmarc_results</c>.</summary>
    internal object?[] ToRow(long reportId, string day) =>
    [
        reportId, Source, Domain, Disposition.ToColumn(), ToColumn(DkimAligned), ToColumn(SpfAligned),
        Origin.ToColumn(), day, Messages,
    ];

    private static string ToColumn(bool passed) => passed ? "pass" : "fail";

    private static List<DmarcResult> Combine(IEnumerable<DmarcResult> results) =>
    [
        .. results.GroupBy(result => result with { Messages = 0 })
            .Select(group => group.Key with { Messages = group.Sum(result => result.Messages) })
            .OrderByDescending(result => result.Messages),
    ];
}
