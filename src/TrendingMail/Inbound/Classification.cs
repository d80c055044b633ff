namespace TrendingMail.Inbound;

/// <summary>What a mail is that came to us.</summary>
public enum InboundKind
{
    /// <summary>
    /// A server tells what became of a mail of ours, or says so of itself: RFC 3464 and all that is like it.
    /// </summary>
    Bounce,

    /// <summary>A feedback report (RFC 5965).</summary>
    Complaint,

    Unsubscribe,

    Subscribe,

    /// <summary>A machine answers for a person (RFC 3834).</summary>
    AutoReply,

    /// <summary>A person's mail, or what cannot be understood.</summary>
    Other,
}

/// <summary>What became of the mail to one recipient (RFC 3464 section 2.3.3).</summary>
public enum RecipientAction
{
    Failed,

    Delayed,

    Delivered,

    Relayed,

    Expanded,
}

/// <summary>Why a mail did not arrive.</summary>
public enum BounceReason
{
    Other,

    UserUnknown,

    HostUnknown,

    MailboxFull,

    TooBig,

    Policy,

    SpamContent,

    ContentError,

    Blocked,

    RateLimited,

    AuthFailed,

    Suspended,

    Expired,

    NetworkError,

    SystemError,
}

/// <summary>One recipient in a report.</summary>
public sealed record ReportedRecipient
{
    /// <summary>As the report names it; empty where it was removed, as complaints do.</summary>
    public required string Address { get; init; }

    public required RecipientAction Action { get; init; }

    /// <summary>
    /// The enhanced status code (RFC 3463), the server's own before the reporter's; null where none was given.
    /// </summary>
    public string? Status { get; init; }

    public BounceReason Reason { get; init; }

    /// <summary>Whether the address itself is bad for good.</summary>
    public bool Hard { get; init; }

    /// <summary>The server's words on one line, cut at 1,000 characters.</summary>
    public string Diagnostic { get; init; } = "";
}

/// <summary>What a mail was found to be.</summary>
public sealed record Classification
{
    public required InboundKind Kind { get; init; }

    public IReadOnlyList<ReportedRecipient> Recipients { get; init; } = [];

    /// <summary>
    /// Of a complaint: RFC 5965's feedback type, such as <c>abuse</c>; of what could not be read, why.
    /// </summary>
    public string? Detail { get; init; }

    public MailFacts Facts { get; init; } = MailFacts.None;

    /// <summary>
    /// The provider whose signature was found to be right, and who knows which address and which mail it speaks of;
    /// null for a mail, which anyone can write.
    /// </summary>
    public string? VouchedBy { get; init; }

    /// <summary>What is known of the mail that is reported on.</summary>
    public ReturnedMail Returned { get; init; } = new();

    /// <summary>Whether the reader wants no more of this mail: not all complaints are the reader's.</summary>
    public bool IsReadersComplaint =>
        Kind == InboundKind.Complaint && (Detail is "abuse" or "fraud" or "opt-out");
}

/// <summary>The mail that a report is about, as far as it was returned.</summary>
public sealed record ReturnedMail
{
    /// <summary>Without angle brackets.</summary>
    public string? MessageId { get; init; }

    public string? FeedbackId { get; init; }

    /// <summary>The envelope sender.</summary>
    public string? ReturnPath { get; init; }

    /// <summary>The List-Unsubscribe header, in which our token stands.</summary>
    public string? ListUnsubscribe { get; init; }

    public string? To { get; init; }
}
