using TrendingMail.Configuration;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Dmarc;

/// <summary>Whether the domain of From has a DMARC policy that our mail passes (RFC 9989).</summary>
internal sealed class DmarcCheck(SenderIdentity sender, MailOptions mail, IDnsResolver dns) : DnsCheck(sender)
{
    private readonly DmarcTreeWalk treeWalk = new(dns);

    public override string Name => "dns-dmarc";

    public override string Description => "whether the domain of From has a DMARC policy that our mail passes";

    public override bool GuardsReputation => true;

    protected override async Task<IReadOnlyList<Finding>> LookUpAsync(CancellationToken cancellationToken)
    {
        var author = await treeWalk.WalkAsync(Sender.FromDomain, cancellationToken);
        var returnPath = await treeWalk.WalkAsync(Sender.ReturnPathDomain, cancellationToken);
        var signers = new List<DmarcWalk>();
        var domains = mail.Dkim.Select(dkim => InternetName.ToAscii(dkim.Domain).ToLowerInvariant()).Distinct();
        foreach (var domain in domains)
        {
            signers.Add(await treeWalk.WalkAsync(domain, cancellationToken));
        }

        if (signers.Prepend(returnPath).Prepend(author).Select(walk => walk.Failure).OfType<Finding>()
            .FirstOrDefault() is { } failure)
        {
            return [failure];
        }

        var reportAddress = Sender.SuggestReportAddress(author.Policy?.Domain ?? author.Domain, "dmarc-reports");
        var misplaced = author.Policy is not null ? null : await MisplacedRecord.ExplainAsync(
            dns, $"_dmarc.{author.Domain}", author.Domain, "_dmarc",
            text => text.StartsWith("v=DMARC1", StringComparison.OrdinalIgnoreCase), cancellationToken);
        var findings = DmarcFindings.JudgePolicy(author, misplaced, reportAddress)
            .Select(finding => finding with { Subject = "policy" })
            .ToList();
        findings.AddRange(DmarcAlignment.Judge(author, returnPath, signers, Sender.ReturnPathSetting, reportAddress)
            .Select(finding => finding with { Subject = "alignment" }));
        if (author.Policy is { } policy && findings[0].Verdict != Verdict.Bad)
        {
            findings.AddRange((await DmarcReports.JudgeAsync(
                dns, policy, author.OrganizationalDomain, reportAddress, cancellationToken))
                .Select(finding => finding with { Subject = "reports" }));
        }

        return findings;
    }
}
