using TrendingMail.Delivery;

namespace TrendingMail.Inbound.DomainReports.Senders;

/// <summary>The domains whose reports count, and our signatures for them.</summary>
public sealed class OwnDomains
{
    private readonly HashSet<string> domains;

    private readonly HashSet<(string Domain, string Selector)> keys;

    public OwnDomains(MailOptions mail)
    {
        From = DomainName.FromAddress(mail.From) ?? "";
        domains =
        [
            .. new[] { mail.From, mail.BounceAddress }.Select(DomainName.FromAddress)
                .Concat(mail.Dkim.Select(key => DomainName.Parse(key.Domain))).OfType<string>(),
        ];
        keys = [.. mail.Dkim.Select(key => (key.Domain.ToLowerInvariant(), key.Selector.ToLowerInvariant()))];
    }

    /// <summary>The domain of <c>Mail:From</c>.</summary>
    public string From { get; }

    /// <summary>
    /// Whether a domain is one of ours, below one, or above one: the record that requests reports is often that of the
    /// organization's domain.
    /// </summary>
    public bool Contains(string domain) => domains.Any(own =>
        DomainName.IsWithin(domain, own) ||
        (domain.Contains('.', StringComparison.Ordinal) && DomainName.IsWithin(own, domain)));

    /// <summary>
    /// Whether a signature was made with a key of ours. Without a configured key, the relay signs, with any key of a
    /// domain of ours.
    /// </summary>
    public bool HasKey(DkimResult signature) => keys.Count == 0
        ? Contains(signature.Domain)
        : keys.Contains((signature.Domain, signature.Selector)) ||
            (signature.Selector.Length == 0 && keys.Any(key => key.Domain == signature.Domain));
}
