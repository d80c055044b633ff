namespace TrendingMail.Inbound.DomainReports.Senders;

/// <summary>What a source sent in the name of a domain lately.</summary>
/// <param name="Failed">
/// The messages that passed neither DKIM nor SPF for the domain and that nothing suggests were forwarded.
/// </param>
/// <param name="HasOwnSignature">Whether it ever sent a message with a valid signature of ours.</param>
internal sealed record SourceTotals(string Source, long Failed, bool HasOwnSignature);

/// <summary>Decides whether the operator is alerted to a server that sends in the name of a domain.</summary>
internal static class UnknownSenderPolicy
{
    /// <summary>The days up to now that are looked at.</summary>
    public const int Days = 7;

    /// <summary>
    /// Below this, it may be a forwarder that breaks signatures: one subscriber behind it makes seven messages a week.
    /// </summary>
    private const int MinimumMessages = 10;

    /// <summary>From this share of a domain's messages on, so few messages matter.</summary>
    private const double MinimumShare = 0.1;

    /// <summary>
    /// A thousandth of a domain's messages, within these limits, matters too: large lists have more forwarders.
    /// </summary>
    private const int UsualMinimum = 25;

    private const int UsualMaximum = 1_000;

    /// <param name="domainMessages">The messages reported for the domain in these days.</param>
    public static bool IsSuspicious(SourceTotals source, long domainMessages, KnownSenders known) =>
        !source.HasOwnSignature && !known.Contains(source.Source) && source.Failed >= MinimumMessages &&
        (source.Failed >= MinimumShare * domainMessages ||
            source.Failed >= Math.Clamp(domainMessages / 1000, UsualMinimum, UsualMaximum));
}
