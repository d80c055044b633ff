using TrendingMail.Diagnostics.Dns.Hosts;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>Whether SPF (RFC 7208) of the return path's domain is valid and authorizes the relay.</summary>
internal sealed class SpfCheck(SenderIdentity sender, IDnsResolver dns, SendingAddresses sendingAddresses)
    : DnsCheck(sender)
{
    public override string Name => "dns-spf";

    public override string Description => "whether SPF of the return path's domain is valid and authorizes the relay";

    public override bool GuardsReputation => true;

    protected override async Task<IReadOnlyList<Finding>> LookUpAsync(CancellationToken cancellationToken)
    {
        var domain = Sender.ReturnPathDomain;
        var answer = await dns.FindTextsAsync(domain, cancellationToken);
        if (answer.IsFailed)
        {
            return [answer.ToUnknown()];
        }

        var relay = await sendingAddresses.FindAsync(cancellationToken);
        SpfRecord[] records = [.. answer.Records.Where(SpfRecord.IsSpf).Select(SpfParser.Parse)];
        return records switch
        {
            [] => [SpfFindings.Missing(answer, relay.Addresses)],
            [var record] when record.Errors.Any() => [SpfFindings.Invalid(domain, record, relay.Addresses)],
            [var record] => await EvaluateAsync(domain, record, relay, cancellationToken),
            _ => [SpfFindings.Several(domain, records)],
        };
    }

    private async Task<IReadOnlyList<Finding>> EvaluateAsync(
        string domain, SpfRecord record, SendingAddressList relay, CancellationToken cancellationToken)
    {
        var survey = await SpfEvaluator.SurveyAsync(dns, $"postmaster@{domain}", cancellationToken);
        if (survey.Result == SpfResult.TempError)
        {
            return
            [
                Finding.Unknown(
                    $"The SPF record of {domain} cannot be evaluated: {survey.Problems[^1]}.",
                    DnsAnswer.CheckResolver) with
                {
                    Evidence = [record.Text],
                },
            ];
        }

        var findings = SpfFindings.JudgeRecord(domain, record, survey, relay.Addresses).ToList();
        foreach (var address in relay.Addresses.Where(_ => SpfFindings.CanBeEvaluated(survey)))
        {
            var question = new SpfQuestion(
                address.Address, Sender.ReturnPathAddress, address.Server?.Host ?? Sender.FromDomain);
            var outcome = await SpfEvaluator.CheckAsync(dns, question, cancellationToken);
            findings.Add(SpfFindings.JudgeAddress(domain, record, survey, address, outcome));
        }

        return [.. findings, .. relay.Unknown];
    }
}
