using System.Text.RegularExpressions;
using TrendingMail.Delivery.Replies.Rules;

namespace TrendingMail.Benchmarks.Inbound.Bounces;

/// <summary>A server under the names that samples and rules give it.</summary>
internal sealed partial class ServerFamily
{
    /// <summary>Names of one server or provider, the one that stands for it first.</summary>
    private static readonly string[][] Aliases =
    [
        ["Gmail", "google", "gsuite", "googleworkspace", "googlegroups"],
        ["Exchange", "Outlook", "Microsoft", "exchange2003", "exchange2007"],
        ["La Poste", "Orange", "franceptt"],
        ["KDDI", "ezweb"],
        ["docomo", "nttdocomo"],
        ["QQ", "tencent"],
        ["AOL", "Verizon"],
        ["Yahoo", "yahooinc"],
        ["iCloud", "apple"],
        ["GMX", "web.de", "1&1", "einsundeins", "IONOS"],
        ["Amazon", "amazonses", "amazonworkmail", "receivingses"],
        ["Domino", "Lotus", "notes"],
        ["Mail.ru", "mailru"],
        ["MessageLabs", "Symantec"],
        ["Sendmail", "v5sendmail"],
        ["InterScan", "interscanmss"],
        ["Zoho"],
        ["Sun Messaging", "messagingserver", "Oracle"],
        ["IMail", "imailserver"],
        ["Barracuda"],
        ["Exim", "cPanel"],
    ];

    private readonly string[] names;

    private ServerFamily(string[] names) => this.names = names;

    public string Name => names[0];

    /// <summary>The families of a sample's server; several if the sample names several.</summary>
    public static IReadOnlyList<ServerFamily> Parse(string server)
    {
        var known = Aliases.Where(aliases => aliases.Any(alias => Contains(server, alias))).ToArray();
        return known.Length > 0
            ? [.. known.Select(aliases => new ServerFamily(aliases))]
            : [new ServerFamily([.. Separator().Split(server).Where(name => name.Length > 1)])];
    }

    public bool Owns(ReplyRule rule) => names.Any(rule.IsFrom);

    private static bool Contains(string server, string alias) =>
        Regex.IsMatch(server, $@"(?<![A-Za-z0-9]){Regex.Escape(alias)}(?![A-Za-z0-9])", RegexOptions.IgnoreCase);

    [GeneratedRegex(@"\s*[/;,()]\s*|\s+and\s+")]
    private static partial Regex Separator();
}
