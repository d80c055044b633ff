using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Inbound;

/// <summary>Settings of section <c>Inbound</c>.</summary>
public sealed record InboundOptions
{
    /// <summary>Days with a soft bounce after which an address is suppressed.</summary>
    public int SoftBounceLimit { get; init; } = 5;

    /// <summary>Days without a soft bounce after which the count restarts.</summary>
    public int SoftBounceResetDays { get; init; } = 7;

    /// <summary>
    /// Days after which an accepted message that has not bounced counts as delivered, which resets the count of soft
    /// bounces.
    /// </summary>
    public int AssumeDeliveredAfterDays { get; init; } = 3;

    /// <summary>
    /// Days to keep records of inbound messages and the actions taken. A duplicate that arrives later is handled as
    /// new.
    /// </summary>
    public int RetentionDays { get; init; } = 90;

    /// <summary>
    /// The authserv-id that our receiving server puts in Authentication-Results (RFC 8601). Requests by mail without a
    /// signed token are followed only if that server authenticated the sender; empty means never.
    /// </summary>
    public string AuthservId { get; init; } = "";

    /// <summary>The mailboxes to read.</summary>
    public IReadOnlyList<MailboxOptions> Mailboxes { get; init; } = [];

    public IEnumerable<string> Validate()
    {
        foreach (var fault in Mailboxes.SelectMany((mailbox, index) => mailbox.Validate(index)))
        {
            yield return fault;
        }

        if (SoftBounceLimit is < 1 or > 100)
        {
            yield return $"Inbound:SoftBounceLimit is {SoftBounceLimit}; give 1 to 100.";
        }

        if (SoftBounceResetDays is < 1 or > 365)
        {
            yield return $"Inbound:SoftBounceResetDays is {SoftBounceResetDays}; give 1 to 365.";
        }

        if (RetentionDays is < 14 or > 3650)
        {
            yield return $"Inbound:RetentionDays is {RetentionDays}; give 14 to 3650.";
        }

        if (AssumeDeliveredAfterDays is < 1 or > 365)
        {
            yield return $"Inbound:AssumeDeliveredAfterDays is {AssumeDeliveredAfterDays}; give 1 to 365.";
        }
    }
}
