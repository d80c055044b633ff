using MimeKit;

namespace TrendingMail.Messages.Mime;

/// <summary>The header fields of a message.</summary>
internal sealed record MailHeaders
{
    public required MailboxAddress From { get; init; }

    public required MailboxAddress To { get; init; }

    public MailboxAddress? ReplyTo { get; init; }

    /// <summary>Without angle brackets. The same for every attempt, so that receivers can detect a duplicate.</summary>
    public required string MessageId { get; init; }

    public required DateTimeOffset Date { get; init; }

    /// <summary>Identifies the mailing and the sender in the receiver's feedback loop statistics.</summary>
    public required string FeedbackId { get; init; }

    /// <summary>The mailing list headers; null for a message to someone who is not subscribed yet.</summary>
    public ListHeaders? List { get; init; }
}

/// <summary>The headers of RFC 2369, RFC 2919 and RFC 8058.</summary>
internal sealed record ListHeaders
{
    /// <summary>Without angle brackets, such as <c>digest.example.org</c>.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>An https URL that unsubscribes on one POST (RFC 8058 section 3.1).</summary>
    public required string UnsubscribeUrl { get; init; }

    public required string UnsubscribeMailto { get; init; }

    public required string ArchiveUrl { get; init; }

    public required string HelpUrl { get; init; }
}
