using TrendingMail.Delivery.Replies;
using TrendingMail.Inbound.DomainReports;

namespace TrendingMail.Inbound.Classification;

/// <summary>The kind of an inbound message.</summary>
public enum InboundKind
{
    /// <summary>
    /// A delivery report about a message of ours: a delivery status notification (RFC 3464) or a nonstandard
    /// equivalent.
    /// </summary>
    Bounce,

    /// <summary>A feedback report (RFC 5965).</summary>
    Complaint,

    Unsubscribe,

    Subscribe,

    /// <summary>An automatic response (RFC 3834), such as an out-of-office notice.</summary>
    AutoReply,

    /// <summary>A message from a person, or one that could not be classified.</summary>
    Other,
}

/// <summary>The outcome for one recipient (RFC 3464 section 2.3.3).</summary>
public enum RecipientAction
{
    Failed,

    Delayed,

    Delivered,

    Relayed,

    Expanded,
}

/// <summary>One recipient in a delivery or feedback report.</summary>
public sealed record ReportedRecipient
{
    /// <summary>The address as reported; empty if it was redacted, as is common in complaints.</summary>
    public required string Address { get; init; }

    public required RecipientAction Action { get; init; }

    /// <summary>
    /// The enhanced status code (RFC 3463); null if there is none. The remote server's code takes precedence over the
    /// reporting server's.
    /// </summary>
    public string? Status { get; init; }

    public BounceReason Reason { get; init; }

    /// <summary>Whether the address is permanently undeliverable.</summary>
    public bool Hard { get; init; }

    /// <summary>
    /// Whether a provider reports a bounce without a cause, which may be an out-of-office message. It says nothing
    /// about the address.
    /// </summary>
    public bool IsUnclear { get; init; }

    /// <summary>The diagnostic text on one line, truncated to 1,000 characters.</summary>
    public string Diagnostic { get; init; } = "";
}

/// <summary>An inbound message or provider event, with its kind and what it reports.</summary>
public sealed record ClassifiedMessage
{
    public required InboundKind Kind { get; init; }

    public IReadOnlyList<ReportedRecipient> Recipients { get; init; } = [];

    /// <summary>
    /// For a complaint, the feedback type (RFC 5965), such as <c>abuse</c>; for an unreadable message, the parse error.
    /// </summary>
    public string? Detail { get; init; }

    /// <summary>Whether the bytes are no message at all.</summary>
    public bool IsUnreadable { get; init; }

    public MailFacts Facts { get; init; } = MailFacts.None;

    /// <summary>
    /// The provider whose signature was verified, so that the address and message it names can be trusted; null for
    /// email, which anyone can forge.
    /// </summary>
    public string? VerifiedProvider { get; init; }

    /// <summary>What is known about the message that the report concerns.</summary>
    public ReturnedMail Returned { get; init; } = new();

    /// <summary>
    /// Whether the subscriber asked for no more mail. Other feedback types, such as authentication failures, are
    /// reported by the server.
    /// </summary>
    public bool IsSubscriberComplaint =>
        Kind == InboundKind.Complaint && (Detail is "abuse" or "fraud" or "opt-out");

    /// <summary>
    /// Whether a server reports a message that failed authentication (RFC 6591, RFC 9991). Most such messages are
    /// forged and none of ours, so there is nobody to act on.
    /// </summary>
    public bool IsAuthenticationFailure => Kind == InboundKind.Complaint && Detail == "auth-failure";

    /// <summary>The domain that a feedback report is about, if it says so.</summary>
    public string? FeedbackDomain { get; init; }

    /// <summary>The DMARC and TLS reports that a message of kind <see cref="InboundKind.Other"/> carries.</summary>
    public IReadOnlyList<DomainReportReading> DomainReports { get; init; } = [];
}

/// <summary>The message that a report concerns, as far as the report identifies it.</summary>
public sealed record ReturnedMail
{
    /// <summary>Without angle brackets.</summary>
    public string? MessageId { get; init; }

    public string? FeedbackId { get; init; }

    /// <summary>The envelope sender.</summary>
    public string? ReturnPath { get; init; }

    /// <summary>The List-Unsubscribe header, which carries our signed token.</summary>
    public string? ListUnsubscribe { get; init; }

    public string? To { get; init; }
}
