using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Dns.Resolving;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.Diagnostics.Dns.Dkim;

/// <summary>Whether the keys that sign our mail are published (RFC 6376).</summary>
internal sealed class DkimCheck(SenderIdentity sender, MailOptions mail, IDnsResolver dns) : DnsCheck(sender)
{
    /// <summary>What the names of all DKIM records have between selector and domain.</summary>
    private const string Infix = "._domainkey.";

    public override string Name => "dns-dkim";

    public override string Description => "whether DNS publishes the keys that mail is signed with";

    public override bool GuardsReputation => true;

    protected override async Task<IReadOnlyList<Finding>> LookUpAsync(CancellationToken cancellationToken)
    {
        if (mail.Dkim.Count == 0)
        {
            return [DkimFindings.NoKey(Sender.FromDomain)];
        }

        var findings = new List<Finding>();
        foreach (var dkim in mail.Dkim)
        {
            var key = DkimKeyFile.Read(dkim.KeyFile, dkim.Algorithm);
            var name = DkimKeyService.RecordName(dkim);
            var domain = name[(name.IndexOf(Infix, StringComparison.Ordinal) + Infix.Length)..];
            findings.AddRange((await CheckAsync(name, domain, key, cancellationToken))
                .Select(finding => finding with { Subject = dkim.Selector }));
        }

        return findings;
    }

    private async Task<IEnumerable<Finding>> CheckAsync(
        string name, string domain, DkimPublicKey key, CancellationToken cancellationToken)
    {
        var answer = await dns.FindTextsAsync(name, cancellationToken);
        if (answer.IsFailed)
        {
            return [answer.ToUnknown()];
        }

        // The version is optional, so a record is told by its key.
        string[] records = [.. answer.Records.Where(IsDkim)];
        if (records.Length == 1)
        {
            return DkimFindings.Judge(name, records[0], key);
        }

        var publish = ZoneLine.Text(name, key.ToRecord());
        if (records.Length > 1)
        {
            return
            [
                Finding.Bad(
                    $"{name} has {records.Length} DKIM records, and receivers may use the wrong one.",
                    $"Keep only this one:\n{publish}") with
                {
                    Evidence = records,
                },
            ];
        }

        string?[] sentences =
        [
            answer.IsFound ? $"No TXT record at {name} is a DKIM record." : answer.ExplainAbsence(),
            answer.IsFound ? await WildcardDetector.ExplainAsync(dns, answer, cancellationToken) : null,
            await MisplacedRecord.ExplainAsync(dns, name, domain, "_domainkey", IsDkim, cancellationToken),
            "Receivers cannot verify our signatures.",
        ];
        return
        [
            Finding.Bad(string.Join(' ', sentences.OfType<string>()), $"Publish this record:\n{publish}") with
            {
                Evidence = answer.Records,
            },
        ];
    }

    private static bool IsDkim(string text) =>
        TagList.Parse(text)["p"] is not null || text.Contains("DKIM", StringComparison.OrdinalIgnoreCase);
}
