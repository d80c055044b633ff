using TrendingMail.Diagnostics.Dns.Dmarc;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Bimi;

/// <summary>Whether mailbox providers can show our logo (BIMI).</summary>
internal sealed class BimiCheck(SenderIdentity sender, IDnsResolver dns) : DnsCheck(sender)
{
    public override string Name => "dns-bimi";

    public override string Description => "whether mailbox providers can show the sender's logo (BIMI)";

    public override bool GuardsReputation => false;

    protected override async Task<IReadOnlyList<Finding>> LookUpAsync(CancellationToken cancellationToken)
    {
        var walk = await new DmarcTreeWalk(dns).WalkAsync(Sender.FromDomain, cancellationToken);
        if (walk.Failure is { } failure)
        {
            return [failure];
        }

        var domain = Sender.FromDomain;
        var answer = await dns.FindTextsAsync($"default._bimi.{domain}", cancellationToken);
        if (!answer.IsFound && !answer.IsFailed && walk.OrganizationalDomain != domain)
        {
            var inherited = await dns.FindTextsAsync(
                $"default._bimi.{walk.OrganizationalDomain}", cancellationToken);
            answer = inherited.IsFound || inherited.IsFailed ? inherited : answer;
        }

        return answer.IsFailed
            ? [answer.ToUnknown()]
            : [BimiFindings.Judge(
                answer.Name, await TextRecords.SortAsync(dns, answer, "BIMI1", cancellationToken), walk)];
    }
}
