using TrendingMail.Configuration;
using TrendingMail.Delivery;
using TrendingMail.Messages;

namespace TrendingMail.Diagnostics.Dns;

/// <summary>The addresses and domains that receivers judge our mail by.</summary>
internal sealed class SenderIdentity(MailOptions mail)
{
    /// <summary>The address in the From header, in ASCII.</summary>
    public string From { get; } = InternetName.ToAscii(mail.From);

    /// <summary>The domain of <see cref="From"/>, whose DMARC record counts.</summary>
    public string FromDomain { get; } = mail.Domain.ToLowerInvariant();

    /// <summary>The address of MAIL FROM, as a message has it: with a subaddress, if bounces are told apart.</summary>
    public string ReturnPathAddress =>
        mail.BounceAddress.Length > 0 ? ReturnPath.Sample(mail.BounceAddress) : From;

    /// <summary>The domain of MAIL FROM, whose SPF record counts.</summary>
    public string ReturnPathDomain { get; } = DomainPart(
        InternetName.ToAscii(mail.BounceAddress.Length > 0 ? mail.BounceAddress : mail.From)).ToLowerInvariant();

    /// <summary>The domains that receive replies and bounces.</summary>
    public IReadOnlyList<string> ReceivingDomains => [.. new[] { FromDomain, ReturnPathDomain }.Distinct()];

    /// <summary>Why there is nothing to look up; null if the sender is configured.</summary>
    public Finding? NotConfigured => FromDomain.Contains('.', StringComparison.Ordinal) ? null : Finding.Unknown(
        $"Mail:From is {mail.From}, whose domain is not in DNS.",
        "Set Mail:From to the address that the newsletter comes from, such as digest@papers.example.org.");

    /// <summary>The setting that a return path's domain comes from.</summary>
    public string ReturnPathSetting => mail.BounceAddress.Length > 0 ? "Mail:BounceAddress" : "Mail:From";

    /// <summary>
    /// Where reports on a domain should go: to the mailbox that the program reads, if it is in the same domain, or in
    /// one above or below it, so that no other domain has to agree.
    /// </summary>
    /// <param name="localPart">That of the address if there is no such mailbox.</param>
    public string SuggestReportAddress(string domain, string localPart) =>
        mail.BounceAddress.Length > 0 && (IsWithin(ReturnPathDomain, domain) || IsWithin(domain, ReturnPathDomain))
            ? InternetName.ToAscii(mail.BounceAddress)
            : $"{localPart}@{domain}";

    private static bool IsWithin(string name, string domain) =>
        $".{name}".EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase);

    private static string DomainPart(string address) => address[(address.LastIndexOf('@') + 1)..];
}
