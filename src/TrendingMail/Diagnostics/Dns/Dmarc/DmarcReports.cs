using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Dmarc;

/// <summary>Whether receivers can send their aggregate reports (RFC 9990).</summary>
internal static class DmarcReports
{
    /// <param name="step">The record that decides about our mail.</param>
    /// <param name="organizationalDomain">Reports within it need no consent.</param>
    /// <param name="reportAddress">An address for reports to suggest.</param>
    public static async Task<IReadOnlyList<Finding>> JudgeAsync(
        IDnsResolver dns, DmarcStep step, string organizationalDomain, string reportAddress,
        CancellationToken cancellationToken)
    {
        var record = step.Record!;
        var name = $"_dmarc.{step.Domain}";
        var replace = "Publish this record instead:\n" +
            ZoneLine.Text(name, record.With("rua", $"mailto:{reportAddress}"));
        if (record["rua"] is not { Length: > 0 } value)
        {
            return [Finding.Warn($"The DMARC record {name} asks for no reports (no rua tag).", replace)];
        }

        var uris = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (uris.FirstOrDefault(uri => MailtoDomain(uri) is null) is { } invalid)
        {
            return
            [
                Finding.Warn(
                    $"The DMARC record {name} asks for reports to '{invalid}', which is no address such as " +
                    $"mailto:{reportAddress}.", replace),
            ];
        }

        var findings = new List<Finding>();
        foreach (var domain in uris.Select(uri => MailtoDomain(uri)!).Distinct()
            .Where(domain => !$".{domain}".EndsWith($".{organizationalDomain}", StringComparison.Ordinal)))
        {
            findings.Add(await JudgeConsentAsync(dns, step.Domain, domain, cancellationToken));
        }

        return findings.Exists(finding => finding.Verdict != Verdict.Good)
            ? findings
            : [Finding.Good($"Reports go to {string.Join(", ", uris)}.")];
    }

    /// <summary>A domain must say that it takes the reports of another (RFC 9990 section 4).</summary>
    private static async Task<Finding> JudgeConsentAsync(
        IDnsResolver dns, string domain, string recipient, CancellationToken cancellationToken)
    {
        var name = $"{domain}._report._dmarc.{recipient}";
        var answer = await dns.FindTextsAsync(name, cancellationToken);
        if (answer.IsFailed)
        {
            return answer.ToUnknown();
        }

        return answer.Records.Any(text => text.StartsWith("v=DMARC1", StringComparison.Ordinal))
            ? Finding.Good($"{recipient} takes the reports of {domain}.")
            : Finding.Warn(
                $"DMARC reports go to {recipient}, which does not say that it takes those of {domain}: receivers " +
                "send none.",
                $"Publish this record, or have it published by whoever runs {recipient}:\n" +
                ZoneLine.Text(name, "v=DMARC1"));
    }

    /// <summary>The domain of a mailto URI, which may end with a size limit such as <c>!10m</c>.</summary>
    private static string? MailtoDomain(string uri)
    {
        var address = uri.Split('!')[0];
        return address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
            && address.IndexOf('@', StringComparison.Ordinal) is > 7 and var at
            && at < address.Length - 1
            && address.IndexOf('@', at + 1) < 0
            ? address[(at + 1)..].ToLowerInvariant()
            : null;
    }
}
