using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.TransportSecurity;

/// <summary>Whether bounces and replies reach us encrypted (MTA-STS, RFC 8461).</summary>
internal sealed class MtaStsCheck(SenderIdentity sender, IDnsResolver dns, MtaStsPolicyClient policies)
    : DnsCheck(sender)
{
    public override string Name => "dns-mta-sts";

    public override string Description => "whether MTA-STS protects bounces and replies on their way";

    public override bool GuardsReputation => false;

    protected override async Task<IReadOnlyList<Finding>> LookUpAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var domain in Sender.ReceivingDomains)
        {
            findings.Add((await CheckAsync(domain, cancellationToken)).About(domain));
        }

        return findings;
    }

    private async Task<Finding> CheckAsync(string domain, CancellationToken cancellationToken)
    {
        var exchangers = await dns.FindMailExchangersAsync(domain, cancellationToken);
        var answer = await dns.FindTextsAsync($"_mta-sts.{domain}", cancellationToken);
        if (answer.IsFailed || exchangers.IsFailed)
        {
            return answer.IsFailed ? answer.ToUnknown() : exchangers.ToUnknown();
        }

        string[] hosts = exchangers.IsFound ? [.. exchangers.Records.Select(record => record.Host)] : [domain];
        if (hosts is [""])
        {
            return Finding.Good($"{domain} receives no mail.");
        }

        var texts = await TextRecords.SortAsync(dns, answer, "STSv1", cancellationToken);
        return MtaStsFindings.JudgeRecord(domain, texts, hosts) is { } finding
            ? finding
            : MtaStsFindings.JudgePolicy(domain, await policies.FetchAsync(domain, cancellationToken), hosts);
    }
}
