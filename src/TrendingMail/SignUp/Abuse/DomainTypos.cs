using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp.Abuse;

/// <summary>
/// Suggests a correction when a domain is almost a well-known mail domain. It is only ever a suggestion: the other
/// spelling may be a domain of its own.
/// </summary>
public static class DomainTypos
{
    /// <summary>
    /// Common mail domains, including those close to another one, which must not be taken for a misspelling of it.
    /// </summary>
    private static readonly string[] WellKnown =
    [
        "gmail.com", "googlemail.com", "outlook.com", "outlook.de", "outlook.fr", "outlook.es", "hotmail.com",
        "hotmail.co.uk", "hotmail.fr", "hotmail.de", "hotmail.es", "hotmail.it", "live.com", "live.co.uk", "live.fr",
        "live.nl", "msn.com", "yahoo.com", "yahoo.co.uk", "yahoo.co.in", "yahoo.co.jp", "yahoo.fr",
        "yahoo.de", "yahoo.es",
        "yahoo.it", "yahoo.in", "yahoo.ca", "ymail.com", "rocketmail.com", "icloud.com", "me.com", "mac.com", "aol.com",
        "proton.me", "protonmail.com", "pm.me", "fastmail.com", "fastmail.fm", "zoho.com", "hey.com", "tutanota.com",
        "tuta.io", "gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "web.de", "t-online.de",
        "freenet.de", "mail.com",
        "email.com", "posteo.de", "mailbox.org", "orange.fr", "free.fr", "laposte.net", "wanadoo.fr",
        "sfr.fr", "libero.it",
        "virgilio.it", "tiscali.it", "bluewin.ch", "btinternet.com", "sky.com", "virginmedia.com", "comcast.net",
        "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "cox.net", "shaw.ca", "rogers.com",
        "qq.com", "163.com",
        "126.com", "foxmail.com", "sina.com", "aliyun.com", "naver.com", "daum.net", "hanmail.net",
        "mail.ru", "yandex.ru",
        "yandex.com", "rambler.ru", "ukr.net", "uol.com.br", "bol.com.br", "terra.com.br",
        "rediffmail.com", "seznam.cz",
        "wp.pl", "o2.pl", "interia.pl", "onet.pl", "abv.bg", "mail.bg", "telenet.be", "skynet.be",
        "ziggo.nl", "kpnmail.nl",
    ];

    /// <summary>Misspelled top-level domains, with the one that was almost certainly intended.</summary>
    private static readonly (string Wrong, string Right)[] Suffixes =
    [
        (".con", ".com"), (".cmo", ".com"), (".ocm", ".com"), (".comm", ".com"), (".vom", ".com"), (".xom", ".com"),
        (".coom", ".com"), (".cpm", ".com"), (".nte", ".net"), (".ner", ".net"), (".ogr", ".org"), (".orgg", ".org"),
    ];

    private static readonly HashSet<string> Known = [.. WellKnown];

    /// <summary>Shorter domains are so similar to each other that one edit is no evidence of a typo.</summary>
    private const int MinimumLength = 9;

    /// <summary>Whether a domain, in lower case and ASCII, is that of a large mail provider.</summary>
    internal static bool IsWellKnown(string domain) => Known.Contains(domain);

    /// <summary>The address that was probably intended; null when the domain does not look misspelled.</summary>
    public static EmailAddress? Suggest(EmailAddress address)
    {
        var at = address.Key.LastIndexOf('@');
        var domain = address.Key[(at + 1)..];
        var local = address.Value[..address.Value.LastIndexOf('@')];
        return SuggestDomain(domain) is { } suggestion &&
            EmailAddress.TryParse($"{local}@{suggestion}", out var corrected, out _) ? corrected : null;
    }

    private static string? SuggestDomain(string domain)
    {
        if (Known.Contains(domain))
        {
            return null;
        }

        var corrected = domain;
        foreach (var (wrong, right) in Suffixes)
        {
            if (domain.EndsWith(wrong, StringComparison.Ordinal))
            {
                corrected = domain[..^wrong.Length] + right;
            }
        }

        return Known.Contains(corrected) ? corrected : Nearest(corrected) ?? (corrected != domain ? corrected : null);
    }

    private static string? Nearest(string domain) =>
        WellKnown.FirstOrDefault(known => known.Length >= MinimumLength && IsOneEditAway(domain, known));

    /// <summary>Whether two domains differ by one substitution, deletion, insertion or transposition.</summary>
    private static bool IsOneEditAway(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 1)
        {
            return false;
        }

        var start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start])
        {
            start++;
        }

        var end = 0;
        while (end < a.Length - start && end < b.Length - start && a[^(end + 1)] == b[^(end + 1)])
        {
            end++;
        }

        var (restA, restB) = (a.Length - start - end, b.Length - start - end);
        return (restA <= 1 && restB <= 1) ||
            (restA == 2 && restB == 2 && a[start] == b[start + 1] && a[start + 1] == b[start]);
    }
}
