using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.TransportSecurity;

/// <summary>Whether senders report to us that they could not reach our servers by TLS (TLS-RPT, RFC 8460).</summary>
internal sealed class TlsRptCheck(SenderIdentity sender, IDnsResolver dns) : DnsCheck(sender)
{
    public override string Name => "dns-tls-rpt";

    public override string Description => "whether other servers report failures of TLS to us (TLS-RPT)";

    public override bool GuardsReputation => false;

    protected override async Task<IReadOnlyList<Finding>> LookUpAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var domain in Sender.ReceivingDomains)
        {
            var answer = await dns.FindTextsAsync($"_smtp._tls.{domain}", cancellationToken);
            var finding = answer.IsFailed
                ? answer.ToUnknown()
                : Judge(
                    domain, await TextRecords.SortAsync(dns, answer, "TLSRPTv1", cancellationToken),
                    Sender.SuggestReportAddress(domain, "tls-reports"));
            findings.Add(finding with { Subject = domain });
        }

        return findings;
    }

    internal static Finding Judge(string domain, TextRecords texts, string reportAddress)
    {
        var name = $"_smtp._tls.{domain}";
        var publish = ZoneLine.Text(name, $"v=TLSRPTv1; rua=mailto:{reportAddress}");
        if (texts.Valid.Count == 0)
        {
            return Finding.Warn(
                $"{texts.Absence} Nobody reports to you when a server cannot send you bounces by TLS.",
                $"Publish this record:\n{publish}") with
            {
                Evidence = texts.LookAlikes,
            };
        }

        if (texts.Valid.Count > 1)
        {
            return Finding.Warn(
                $"{name} has {texts.Valid.Count} TLS-RPT records, so that senders ignore all of them.",
                $"Keep only this one:\n{ZoneLine.Text(name, texts.Valid[0])}") with
            {
                Evidence = texts.Valid,
            };
        }

        var tags = TagList.Parse(texts.Valid[0]);
        var fault = tags.Errors is [var error, ..] ? $"has a syntax error at {error}"
            : tags["rua"] is not { Length: > 0 } uris ? "names no address for reports (no rua tag)"
            : uris.Split(',', StringSplitOptions.TrimEntries).FirstOrDefault(uri => !IsReportUri(uri)) is { } invalid
                ? $"names '{invalid}', which is neither mailto: nor https:"
            : null;
        return (fault is null
            ? Finding.Good($"Failures of TLS are reported to {tags["rua"]}.")
            : Finding.Warn($"The TLS-RPT record {name} {fault}.", $"Publish this record instead:\n{publish}"))
                .Citing(tags.Text);
    }

    private static bool IsReportUri(string uri) => Uri.TryCreate(uri, UriKind.Absolute, out var parsed) &&
        (parsed.Scheme == Uri.UriSchemeHttps ||
            (parsed.Scheme == Uri.UriSchemeMailto && uri.IndexOf('@', StringComparison.Ordinal) > "mailto:".Length));
}
