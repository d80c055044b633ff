using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp.Abuse;

/// <summary>
/// The mailbox that an address is delivered to, as far as its provider's rules are known. It only serves limits and
/// reports of "it was not me": addresses of one mailbox are still different subscribers.
/// </summary>
public sealed record Mailbox(string Local, string Domain)
{
    /// <summary>Providers that ignore characters in the local part, and the names of their domains.</summary>
    private static readonly Provider[] Providers =
    [
        new("gmail.com", ["googlemail.com"], Ignored: "."),
        new("icloud.com", ["me.com", "mac.com"]),
        new("proton.me", ["protonmail.com", "protonmail.ch", "pm.me"], Ignored: ".-_"),
        new("yandex.ru", ["ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua"], Ignored: ".-"),
    ];

    /// <summary>Domains of which addresses may append a word after a hyphen: <c>ada-shop@yahoo.com</c>.</summary>
    private static readonly string[] HyphenTagDomains = ["yahoo", "ymail", "rocketmail"];

    /// <summary>Domains of which each mailbox has a subdomain: <c>anything@ada.fastmail.com</c>.</summary>
    private static readonly string[] SubdomainMailboxDomains = ["fastmail.com", "fastmail.fm"];

    /// <summary>The mailbox as a text, to compare.</summary>
    public string Key => $"{Local}@{Domain}";

    public static Mailbox From(EmailAddress address)
    {
        // The key is in lower case already, its domain in ASCII.
        var at = address.Key.LastIndexOf('@');
        var (local, domain) = (address.Key[..at], address.Key[(at + 1)..]);
        foreach (var parent in SubdomainMailboxDomains)
        {
            if (domain.EndsWith($".{parent}", StringComparison.Ordinal))
            {
                return new Mailbox(domain[..^(parent.Length + 1)], parent);
            }
        }

        // ada+1 and ada+2 deliver to one person (RFC 5233).
        local = CutTag(local, '+');
        if (HyphenTagDomains.Contains(domain.Split('.')[0]))
        {
            local = CutTag(local, '-');
        }

        return Array.Find(Providers, provider => provider.Has(domain)) is { } known
            ? new Mailbox(known.Simplify(local), known.Domain)
            : new Mailbox(local, domain);
    }

    private static string CutTag(string local, char separator) =>
        local.IndexOf(separator, StringComparison.Ordinal) is > 0 and var start ? local[..start] : local;

    /// <param name="Ignored">Characters of the local part that make no difference.</param>
    private sealed record Provider(string Domain, string[] Aliases, string Ignored = "")
    {
        public bool Has(string domain) => domain == Domain || Aliases.Contains(domain);

        public string Simplify(string local) =>
            string.Concat(local.Where(c => !Ignored.Contains(c, StringComparison.Ordinal))) is { Length: > 0 } simple
                ? simple : local;
    }
}
