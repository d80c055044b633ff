using TrendingMail.Delivery;
using TrendingMail.Messages;

namespace TrendingMail.Diagnostics.Identity;

/// <summary>Whether From, the return path and Message-IDs name a domain of ours that can receive mail.</summary>
internal sealed class SenderCheck(SenderOptions sender, MailOptions mail) : DiagnosticCheck(
    CheckGroup.Identity, "sender", "the domain in From, Reply-To, return paths and Message-IDs")
{
    /// <summary>Mailbox providers whose DMARC records, or rules, reject their addresses from other servers.</summary>
    private static readonly HashSet<string> FreeMailDomains = new(StringComparer.OrdinalIgnoreCase)
    {
        "gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "aol.com", "outlook.com", "hotmail.com", "live.com",
        "msn.com", "icloud.com", "me.com", "mail.ru", "gmx.de", "gmx.net", "web.de", "proton.me", "qq.com", "163.com",
    };

    public override bool GuardsReputation => true;

    public override Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) => Found([
        .. new[]
        {
            ("Mail:From", sender.From), ("Mail:ReplyTo", sender.ReplyTo), ("Mail:BounceAddress", sender.BounceAddress),
        }.Where(setting => setting.Item2.Length > 0).Select(setting => Judge(setting.Item1, setting.Item2))
            .OfType<Finding>()
            .DefaultIfEmpty(Finding.Good($"Mail comes from {sender.From}; Message-IDs end in @{sender.Domain}."))]);

    private Finding? Judge(string key, string address)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..];
        var setOwn = $"Set {key} to an address at a domain of yours.";
        if (InternetHost.IsLocal(domain) && !InternetHost.IsThisMachine(domain))
        {
            return Finding.Warn($"{address} is at {domain}, which only servers of the local network can reach.",
                $"If subscribers are elsewhere: {setOwn}").About(key);
        }

        var (text, remedy) = InternetHost.IsLocal(domain)
            ? ($"{address} is at {domain}, which no other server can reach.", setOwn)
            : key == "Mail:From" && FreeMailDomains.Contains(domain) && !IsRelayedBy(domain)
                ? ($"{address} is at a mailbox provider whose DMARC policy rejects mail that others send from there.",
                    setOwn)
                : (null, "");
        return text is null ? null
            : (mail.Transport == TransportKind.Smtp ? Finding.Bad(text, remedy) : Finding.Warn(text, remedy))
                .About(key);
    }

    /// <summary>Whether the provider's own servers send the mail, which they sign.</summary>
    private bool IsRelayedBy(string domain) => mail.Smtp.Count > 0 && mail.Smtp.All(
        server => server.Host.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase));
}
