using TrendingMail.Inbound.Mailboxes;

namespace TrendingMail.Inbound;

/// <summary>Settings of section <c>Inbound</c>.</summary>
public sealed record InboundOptions
{
    /// <summary>Days with a bounce after which an address is suppressed, where none of them was for good.</summary>
    public int SoftBounceLimit { get; init; } = 5;

    /// <summary>Days without a bounce after which those before are forgotten.</summary>
    public int StaleAfterDays { get; init; } = 7;

    /// <summary>
    /// Days after which a mail that a server took and that did not come back is held to have arrived.
    /// </summary>
    public int ArrivedAfterDays { get; init; } = 3;

    /// <summary>
    /// Days for which it is kept what came in and what it led to; a mail that comes again later is new.
    /// </summary>
    public int KeepDays { get; init; } = 90;

    /// <summary>
    /// The name under which our own receiving server writes Authentication-Results (RFC 8601). Wishes that carry no
    /// token of ours are followed only where it found the sender genuine; empty: never.
    /// </summary>
    public string AuthenticationServer { get; init; } = "";

    /// <summary>Where mails come in.</summary>
    public IReadOnlyList<MailboxOptions> Mailboxes { get; init; } = [];

    public IEnumerable<string> Faults()
    {
        foreach (var fault in Mailboxes.SelectMany((mailbox, index) => mailbox.Faults(index)))
        {
            yield return fault;
        }

        if (SoftBounceLimit is < 1 or > 100)
        {
            yield return $"Inbound:SoftBounceLimit is {SoftBounceLimit}; give 1 to 100.";
        }

        if (StaleAfterDays is < 1 or > 365)
        {
            yield return $"Inbound:StaleAfterDays is {StaleAfterDays}; give 1 to 365.";
        }

        if (KeepDays is < 14 or > 3650)
        {
            yield return $"Inbound:KeepDays is {KeepDays}; give 14 to 3650.";
        }

        if (ArrivedAfterDays is < 1 or > 365)
        {
            yield return $"Inbound:ArrivedAfterDays is {ArrivedAfterDays}; give 1 to 365.";
        }
    }
}
