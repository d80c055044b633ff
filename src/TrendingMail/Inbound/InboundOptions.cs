using TrendingMail.Configuration;
using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Inbound;

/// <summary>Settings of section <c>Inbound</c>.</summary>
public sealed record InboundOptions
{
    /// <summary>
    /// Days with a soft bounce after which an address is suppressed. Only reports that are verified count: by a signed
    /// return path or token, or by a provider's signature.
    /// </summary>
    [AcceptedRange(1, 100)]
    public int SoftBounceLimit { get; init; } = 5;

    /// <summary>Days without a soft bounce after which the count restarts.</summary>
    [AcceptedRange(1, 365)]
    public int SoftBounceResetDays { get; init; } = 7;

    /// <summary>
    /// Days after which an accepted message that has not bounced counts as delivered, which resets the count of soft
    /// bounces.
    /// </summary>
    [AcceptedRange(1, 365)]
    public int AssumeDeliveredAfterDays { get; init; } = 3;

    /// <summary>
    /// Days to keep records of inbound messages and the actions taken. A duplicate that arrives later is handled as
    /// new.
    /// </summary>
    [AcceptedRange(14, 3650)]
    public int RetentionDays { get; init; } = 90;

    /// <summary>Days to keep DMARC and TLS reports, and the number of complaints of each day.</summary>
    [AcceptedRange(14, 3650)]
    public int ReportRetentionDays { get; init; } = 400;

    /// <summary>
    /// Addresses of other servers that send in the name of your domains, such as those of your office mail. There are
    /// no alerts when DMARC reports say that mail from them failed.
    /// </summary>
    /// <value>IP addresses, or networks in CIDR notation</value>
    public IReadOnlyList<string> KnownSenders { get; init; } = [];

    /// <summary>
    /// The authserv-id that the receiving server puts in Authentication-Results (RFC 8601). Requests by mail without a
    /// signed token are followed only if that server authenticated the sender; empty means never.
    /// </summary>
    public string AuthservId { get; init; } = "";

    /// <summary>The mailboxes to read.</summary>
    public IReadOnlyList<MailboxOptions> Mailboxes { get; init; } = [];

    /// <param name="baseDirectory">The folder against which relative paths are resolved.</param>
    public InboundOptions WithAbsolutePaths(string baseDirectory) => this with
    {
        Mailboxes = [.. Mailboxes.Select(mailbox => mailbox.WithAbsolutePaths(baseDirectory))],
    };

    public IEnumerable<string> Validate() =>
    [
        .. Mailboxes.SelectMany((mailbox, index) => mailbox.Validate(index)),
        .. KnownSenders.Where(text => !DomainReports.Senders.KnownSenders.TryParse(text, out _)).Select(text =>
            $"Inbound:KnownSenders has '{text}'; give addresses or networks such as 192.0.2.7 or 198.51.100.0/24."),
        .. AcceptedRangeAttribute.Validate("Inbound", this),
    ];
}
