using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp.Abuse;

/// <summary>
/// Addresses that belong to a function rather than a person (RFC 2142), or that nobody reads. They are usually signed
/// up by mistake or to harm, so the sign-up asks before it accepts them.
/// </summary>
public static class RoleAddresses
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        // RFC 2142 sections 2 to 5.
        "info", "marketing", "sales", "support", "abuse", "noc", "security", "postmaster", "hostmaster", "usenet",
        "news", "webmaster", "www", "uucp", "ftp",

        // Mail systems and lists.
        "mailerdaemon", "mailer", "daemon", "bounce", "bounces", "listserv", "listserver", "majordomo", "mailman",
        "list", "lists", "root", "admin", "administrator", "sysadmin", "nobody", "spam", "dmarc", "devnull",

        // Addresses that nobody reads.
        "noreply", "noreplies", "donotreply", "dontreply", "notreply", "nichtantworten", "automailer", "autoreply",
        "autoresponder",

        // Everyone at an organization.
        "all", "everyone", "everybody", "staff", "office", "team", "contact",
    };

    /// <summary>The ends of a mailing list's administrative addresses (RFC 2142 section 6).</summary>
    private static readonly string[] ListSuffixes = ["-request", "-owner", "-bounces", "-subscribe", "-unsubscribe"];

    public static bool Contains(EmailAddress address)
    {
        var local = Mailbox.From(address).Local;
        return Names.Contains(string.Concat(local.Where(c => c is not ('-' or '.' or '_')))) ||
            local.StartsWith("owner-", StringComparison.Ordinal) ||
            ListSuffixes.Any(suffix => local.EndsWith(suffix, StringComparison.Ordinal));
    }
}
