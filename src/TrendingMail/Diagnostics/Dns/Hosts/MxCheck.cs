using System.Net;
using System.Net.Sockets;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Hosts;

/// <summary>Whether replies and bounces can be delivered to the domains of From and the return path.</summary>
internal sealed class MxCheck(SenderIdentity sender, IDnsResolver dns) : DnsCheck(sender)
{
    public override string Name => "dns-mx";

    public override string Description => "whether the domains of From and the return path receive mail (MX, A)";

    public override bool GuardsReputation => true;

    protected override async Task<IReadOnlyList<Finding>> LookUpAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var domain in Sender.ReceivingDomains)
        {
            var role = domain == Sender.ReturnPathDomain ? Sender.ReturnPathSetting : "Mail:From";
            findings.AddRange((await CheckAsync(domain, role, cancellationToken))
                .Select(finding => finding with { Subject = domain }));
        }

        return findings;
    }

    private async Task<IEnumerable<Finding>> CheckAsync(string domain, string role, CancellationToken cancellationToken)
    {
        var exchangers = await dns.FindMailExchangersAsync(domain, cancellationToken);
        if (exchangers.IsFailed)
        {
            return [exchangers.ToUnknown()];
        }

        var hosts = new List<MailHost>();
        foreach (var host in exchangers.IsFound ? exchangers.Records.Select(record => record.Host) : [domain])
        {
            if (host.Length > 0)
            {
                hosts.Add(await FindHostAsync(host, cancellationToken));
            }
        }

        return MxFindings.Judge(domain, role, exchangers, hosts);
    }

    private async Task<MailHost> FindHostAsync(string host, CancellationToken cancellationToken)
    {
        var ip4 = await dns.FindAddressesAsync(host, AddressFamily.InterNetwork, cancellationToken);
        var ip6 = await dns.FindAddressesAsync(host, AddressFamily.InterNetworkV6, cancellationToken);
        IPAddress[] addresses = [.. ip4.Records, .. ip6.Records];
        return new MailHost(host, addresses, ip4.AliasTarget ?? ip6.AliasTarget)
        {
            Failure = addresses.Length > 0 ? null : (ip4.IsFailed ? ip4 : ip6) is { IsFailed: true } failed
                ? failed.ToUnknown() : null,
        };
    }
}
