using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>
/// Finds what was probably meant where a domain is almost one that many readers have. It only ever asks: the other
/// spelling may be someone's own.
/// </summary>
public static class DomainTypos
{
    /// <summary>Mail domains of many readers; also those that lie near another, which must not be taken for its misspelling.</summary>
    private static readonly string[] WellKnown =
    [
        "gmail.com", "googlemail.com", "outlook.com", "outlook.de", "outlook.fr", "outlook.es", "hotmail.com",
        "hotmail.co.uk", "hotmail.fr", "hotmail.de", "hotmail.es", "hotmail.it", "live.com", "live.co.uk", "live.fr",
        "live.nl", "msn.com", "yahoo.com", "yahoo.co.uk", "yahoo.co.in", "yahoo.co.jp", "yahoo.fr", "yahoo.de", "yahoo.es",
        "yahoo.it", "yahoo.in", "yahoo.ca", "ymail.com", "rocketmail.com", "icloud.com", "me.com", "mac.com", "aol.com",
        "proton.me", "protonmail.com", "pm.me", "fastmail.com", "fastmail.fm", "zoho.com", "hey.com", "tutanota.com",
        "tuta.io", "gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "mail.com",
        "email.com", "posteo.de", "mailbox.org", "orange.fr", "free.fr", "laposte.net", "wanadoo.fr", "sfr.fr", "libero.it",
        "virgilio.it", "tiscali.it", "bluewin.ch", "btinternet.com", "sky.com", "virginmedia.com", "comcast.net",
        "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "cox.net", "shaw.ca", "rogers.com", "qq.com", "163.com",
        "126.com", "foxmail.com", "sina.com", "aliyun.com", "naver.com", "daum.net", "hanmail.net", "mail.ru", "yandex.ru",
        "yandex.com", "rambler.ru", "ukr.net", "uol.com.br", "bol.com.br", "terra.com.br", "rediffmail.com", "seznam.cz",
        "wp.pl", "o2.pl", "interia.pl", "onet.pl", "abv.bg", "mail.bg", "telenet.be", "skynet.be", "ziggo.nl", "kpnmail.nl",
    ];

    /// <summary>Endings that are no top-level domains, or hardly ever meant after a well-known name.</summary>
    private static readonly (string Wrong, string Right)[] Endings =
    [
        (".con", ".com"), (".cmo", ".com"), (".ocm", ".com"), (".comm", ".com"), (".vom", ".com"), (".xom", ".com"),
        (".coom", ".com"), (".cpm", ".com"), (".nte", ".net"), (".ner", ".net"), (".ogr", ".org"), (".orgg", ".org"),
    ];

    private static readonly HashSet<string> Known = [.. WellKnown];

    /// <summary>Shorter names lie so near to each other that a letter's difference says nothing.</summary>
    private const int ShortestName = 9;

    /// <summary>The address that was probably meant, or null where nothing looks like a mistake.</summary>
    public static EmailAddress? DidYouMean(EmailAddress address)
    {
        var at = address.Key.LastIndexOf('@');
        var domain = address.Key[(at + 1)..];
        var local = address.Value[..address.Value.LastIndexOf('@')];
        return Suggest(domain) is { } meant && EmailAddress.TryParse($"{local}@{meant}", out var better, out _) ? better : null;
    }

    private static string? Suggest(string domain)
    {
        if (Known.Contains(domain))
        {
            return null;
        }

        var mended = domain;
        foreach (var (wrong, right) in Endings)
        {
            if (domain.EndsWith(wrong, StringComparison.Ordinal))
            {
                mended = domain[..^wrong.Length] + right;
            }
        }

        return Known.Contains(mended) ? mended : Nearest(mended) ?? (mended != domain ? mended : null);
    }

    private static string? Nearest(string domain) =>
        WellKnown.FirstOrDefault(known => known.Length >= ShortestName && IsOneSlipAway(domain, known));

    /// <summary>One letter wrong, missing, too many, or two neighbours changed about.</summary>
    private static bool IsOneSlipAway(string a, string b)
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
