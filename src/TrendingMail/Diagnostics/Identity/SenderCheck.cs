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
        var (text, remedy) = InternetHost.IsLocal(domain)
            ? ($"{address} is at {domain}, which no other server can reach.",
                $"Set {key} to an address at a domain of yours.")
            : key == "Mail:From" && FreeMailDomains.Contains(domain)
                ? ($"{address} is at a mailbox provider whose DMARC policy rejects mail that others send from there.",
                    "Set Mail:From to an address at a domain of yours.")
                : (null, "");
        return text is null ? null
            : (mail.Transport == TransportKind.Smtp ? Finding.Bad(text, remedy) : Finding.Warn(text, remedy))
                .About(key);
    }
}
