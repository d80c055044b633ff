using TrendingMail.Diagnostics;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>Zones that are good, or broken in one way.</summary>
internal static class DnsScenarios
{
    private const Verdict Good = Verdict.Good;

    private const Verdict Warn = Verdict.Warn;

    private const Verdict Bad = Verdict.Bad;

    private const Verdict Unknown = Verdict.Unknown;

    private const string Key = "s1._domainkey";

    /// <summary>Records that only an answer by TCP has room for.</summary>
    private static readonly string[] TooLargeForUdp =
    [
        "@ TXT \"v=spf1 ip4:{ip} -all\"",
        .. Enumerable.Range(0, 20).Select(i => $"@ TXT \"verification-{i}={new string('x', 230)}\""),
    ];

    private static readonly Row[] Rows =
    [
        new("dns-spf", Good, ""),
        new("dns-spf", Good, "", TooLargeForUdp),
        new("dns-spf", Bad, "{d}. IN TXT \"v=spf1 ip4:{ip} ~all\"", "@ TXT"),
        new("dns-spf", Bad, "{d}. IN TXT \"v=spf1 ip4:{ip} ~all\"", "@ TXT \"unrelated\"", "@ TXT \"spf1 -all\""),
        new("dns-spf", Bad, "{d}. IN TXT \"v=spf1 ip4:{ip} mx -all\"",
            "@ TXT \"v=spf1 ip4:{ip} -all\"", "@ TXT \"v=spf1 mx -all\""),
        new("dns-spf", Bad, "{d}. IN TXT \"v=spf1 mx ip4:{ip} -all\"", "@ TXT \"v=spf1 mx ipv4:{ip} -all\""),
        new("dns-spf", Bad, "{d}. IN TXT \"v=spf1 include:_spf.{d} ip4:{ip} -all\"",
            "@ TXT \"v=spf1 include:_spf.{d} ip4:{ip},\" \" -all\"", "_spf TXT \"v=spf1 -all\""),
        new("dns-spf", Bad, "{d}. IN TXT \"v=spf1 ip4:198.51.100.1 ip4:{ip} -all\"",
            "@ TXT \"v=spf1 ip4:198.51.100.1 -all\""),
        new("dns-spf", Bad, "{d}. IN TXT \"v=spf1 a ip4:{ip} redirect=_spf.{d}\"",
            "@ TXT \"v=spf1 a redirect=_spf.{d}\"", "@ A 198.51.100.1", "_spf TXT \"v=spf1 mx:other.test ~all\"",
            "=other.test MX 10 mail.other.test."),
        new("dns-spf", Bad, "{d}. IN TXT \"v=spf1 ip4:{ip} ~all\"", "@ TXT \"v=spf1 ip4:{ip} +all\""),
        new("dns-spf", Warn, "{d}. IN TXT \"v=spf1 ip4:{ip} ~all\"", "@ TXT \"v=spf1 ip4:{ip}\""),
        new("dns-spf", Warn, "{d}. IN TXT \"v=spf1 ip4:{ip} ~all\"", "@ TXT \"v=spf1 ip4:{ip} ?all\""),
        new("dns-spf", Warn, "{d}. IN TXT \"v=spf1 ip4:{ip} -all\"", "@ TXT \"v=spf1 ip4:{ip} ptr -all\""),
        new("dns-spf", Warn, "{d}. IN TXT \"v=spf1 ip4:{ip} mx -all\"", "@ TXT \"v=spf1 ip4:{ip} -all mx\""),
        new("dns-spf", Warn, "{d}. IN TXT \"v=spf1 ip4:{ip} include:_spf.{d} -all\"",
            "@ TXT \"v=spf1 ip4:{ip} include=_spf.{d} -all\"", "_spf TXT \"v=spf1 -all\""),
        new("dns-spf", Bad, "bounces.{d}. IN TXT \"v=spf1 ip4:{ip} ~all\"",
            "@ TXT \"v=spf1 ip4:{ip} a mx include:_a.{d} include:_b.{d} -all\"", "@ A 198.51.100.1",
            "_a TXT \"v=spf1 a:mail.{d} a:mail.{d} a:mail.{d} a:mail.{d} ?all\"",
            "_b TXT \"v=spf1 a:mail.{d} a:mail.{d} a:mail.{d} ?all\"") { IsCuredByRecords = false },
        new("dns-spf", Bad, "{d}. IN TXT \"v=spf1 ip4:{ip} -all\"",
            "@ TXT \"v=spf1 a:one.{d} a:two.{d} a:three.{d} ip4:{ip} -all\""),
        new("dns-spf", Bad, "{d}. IN TXT \"v=spf1 ip4:{ip} -all\"",
            "@ TXT \"v=spf1 include:absent.{d} ip4:{ip} -all\""),
        new("dns-spf", Unknown, "Deliverability:Resolver", "@ TXT \"v=spf1 include:spf.servfail.test -all\""),

        new("dns-dkim", Good, ""),
        new("dns-dkim", Bad, "Publish this record:\n{key}", $"{Key} TXT"),
        new("dns-dkim", Bad, "Publish this record:\n{key}", $"{Key} TXT", "*._domainkey TXT \"v=spf1 -all\""),
        new("dns-dkim", Bad, "Publish this record:\n{key}", $"{Key} TXT", $"{Key} CNAME absent.{{d}}.")
            { IsCuredByRecords = false },
        new("dns-dkim", Bad, "Publish this record:\n{key}", $"{Key} TXT", $"{Key}.{{d}} TXT \"v=DKIM1; p=abc\""),
        new("dns-dkim", Bad, "{key}", $"{Key} TXT \"v=DKIM1; k=rsa; p=\""),
        new("dns-dkim", Bad, "{key}", $"{Key} TXT \"v=DKIM1; k=rsa\""),
        new("dns-dkim", Bad, "{key}", $"{Key} TXT \"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEF\""),
        new("dns-dkim", Bad, "{key}",
            $"{Key} TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\""),
        new("dns-dkim", Bad, "{key}", $"{Key} TXT {OtherKey.Data}"),
        new("dns-dkim", Bad, "{key}", $"{Key} {{key}}", $"{Key} TXT {OtherKey.Data}"),
        new("dns-dkim", Bad, "{key}", $"{Key} TXT \"k=rsa; v=DKIM1; p=\""),
        new("dns-dkim", Bad, "{key}", $"{Key} TXT \"v=DKIM1\\\\; k=rsa\\\\; p=abc\""),

        new("dns-dmarc", Good, ""),
        new("dns-dmarc", Bad, "_dmarc.{d}. IN TXT \"v=DMARC1; p=none; rua=mailto:dmarc-reports@{d}\"", "_dmarc TXT"),
        new("dns-dmarc", Bad, "_dmarc.{d}. IN TXT \"v=DMARC1; p=none; rua=mailto:dmarc-reports@{d}\"",
            "_dmarc TXT", "* TXT \"v=spf1 -all\""),
        new("dns-dmarc", Bad, "_dmarc.{d}. IN TXT \"v=DMARC1; p=none; rua=mailto:dmarc-reports@{d}\"",
            "_dmarc TXT \"v=dmarc1; p=reject\""),
        new("dns-dmarc", Bad, "_dmarc.{d}. IN TXT \"v=DMARC1; p=none; rua=mailto:a@{d}\"",
            "_dmarc TXT \"v=DMARC1; p=none; rua=mailto:a@{d}\"", "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:a@{d}\""),
        new("dns-dmarc", Bad, "_dmarc.{d}. IN TXT \"v=DMARC1; p=none; rua=mailto:dmarc-reports@{d}\"",
            "_dmarc TXT", "@ TXT \"v=DMARC1; p=reject\""),
        new("dns-dmarc", Bad, "_dmarc.{d}. IN TXT \"v=DMARC1; p=none; rua=mailto:a@{d}\"",
            "_dmarc TXT \"v=DMARC1; rua=mailto:a@{d}\""),
        new("dns-dmarc", Bad, "_dmarc.{d}. IN TXT \"v=DMARC1; p=none; rua=mailto:a@{d}\"",
            "_dmarc TXT \"v=DMARC1; p=block; rua=mailto:a@{d}\""),
        new("dns-dmarc", Bad, "_dmarc.{d}. IN TXT \"v=DMARC1; p=reject; rua=mailto:a@{d}\"",
            "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:a@{d}; aspf strict\""),
        new("dns-dmarc", Warn, "_dmarc.{d}. IN TXT \"v=DMARC1; p=quarantine; rua=mailto:a@{d}\"",
            "_dmarc TXT \"v=DMARC1; p=none; rua=mailto:a@{d}\""),
        new("dns-dmarc", Warn, "_dmarc.{d}. IN TXT \"v=DMARC1; p=reject; rua=mailto:a@{d}\"",
            "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:a@{d}; pct=20\""),
        new("dns-dmarc", Warn, "_dmarc.{d}. IN TXT \"v=DMARC1; p=reject; rua=mailto:dmarc-reports@{d}\"",
            "_dmarc TXT \"v=DMARC1; p=reject\""),
        new("dns-dmarc", Warn, "_dmarc.{d}. IN TXT \"v=DMARC1; p=reject; rua=mailto:dmarc-reports@{d}\"",
            "_dmarc TXT \"v=DMARC1; p=reject; rua=dmarc@{d}\""),
        new("dns-dmarc", Warn, "{d}._report._dmarc.reports.test. IN TXT \"v=DMARC1\"",
            "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:a@reports.test\""),

        new("dns-mx", Good, ""),
        new("dns-mx", Bad, "{d}. IN MX 10 mail.{d}.", "@ MX 0 ."),
        new("dns-mx", Warn, "{d}. IN MX 10 mail.{d}.", "@ MX", "@ A {ip}"),
        new("dns-mx", Bad, "{d}. IN MX 10 mail.{d}.", "@ MX"),
        new("dns-mx", Bad, "absent.{d}. IN A ADDRESS", "@ MX 10 absent.{d}.") { IsCuredByRecords = false },
        new("dns-mx", Warn, "absent.{d}. IN A ADDRESS", "@ MX 10 mail.{d}.", "@ MX 20 absent.{d}.")
            { IsCuredByRecords = false },
        new("dns-mx", Warn, "{d}. IN MX 10 mail.{d}.", "@ MX 10 alias.{d}.", "alias CNAME mail.{d}."),
        new("dns-mx", Bad, "mail.{d}. IN A 192.0.2.99", "@ MX 10 192.0.2.99."),
        new("dns-mx", Warn, "mail.{d}. IN A ADDRESS", "mail A 10.0.0.1") { IsCuredByRecords = false },

        new("dns-ptr", Good, ""),
        new("dns-ptr", Bad, "{ptr}. IN PTR mail.{d}.\nmail.{d}. IN A {ip}", "ptr PTR"),
        new("dns-ptr", Bad, "other.{d}. IN A {ip}", "ptr PTR other.{d}.", "other A 198.51.100.1"),
        new("dns-ptr", Bad, "absent.{d}. IN A {ip}", "ptr PTR absent.{d}."),
        new("dns-ptr", Warn, "{ptr}. IN PTR mail.{d}.", "ptr PTR {dashed}.{d}.", "{dashed} A {ip}"),

        new("dns-mta-sts", Good, ""),
        new("dns-mta-sts", Warn, "_mta-sts.{d}. IN TXT \"v=STSv1; id=1\"", "_mta-sts TXT"),
        new("dns-mta-sts", Warn, "_mta-sts.{d}. IN TXT \"v=STSv1; id=1\"", "_mta-sts TXT \"v=STSv1; id=2026-01-01\""),
        new("dns-mta-sts", Warn, "_mta-sts.{d}. IN TXT \"v=STSv1; id=1\"", "_mta-sts TXT \"v=STSv1; id=1\"",
            "_mta-sts TXT \"v=STSv1; id=2\""),

        new("dns-tls-rpt", Good, ""),
        new("dns-tls-rpt", Warn, "_smtp._tls.{d}. IN TXT \"v=TLSRPTv1; rua=mailto:tls-reports@{d}\"", "_smtp._tls TXT"),
        new("dns-tls-rpt", Warn, "_smtp._tls.{d}. IN TXT \"v=TLSRPTv1; rua=mailto:tls-reports@{d}\"",
            "_smtp._tls TXT \"v=TLSRPTv1; rua=tls@{d}\""),

        new("dns-bimi", Good, ""),
        new("dns-bimi", Good, "default._bimi.{d}. IN TXT \"v=BIMI1; l=https://{d}/logo.svg; a=https://{d}/logo.pem\"",
            "default._bimi TXT"),
        new("dns-bimi", Warn, "_dmarc.{d}. IN TXT \"v=DMARC1; p=quarantine\"", "_dmarc TXT \"v=DMARC1; p=none\""),
        new("dns-bimi", Warn, "l=https://{d}/logo.svg", "default._bimi TXT \"v=BIMI1; l=http://{d}/logo.png\""),
        new("dns-bimi", Warn, "l=https://{d}/l.svg; a=https://{d}/logo.pem\"",
            "default._bimi TXT \"v=BIMI1; l=https://{d}/l.svg\""),
    ];

    /// <summary>All scenarios, by a name that says the check, the number and the edits.</summary>
    /// <param name="keyFile">The file with the private DKIM key of all of them.</param>
    public static IReadOnlyDictionary<string, DnsScenario> Create(string keyFile) => Rows.Select((row, index) =>
        new DnsScenario(row.Check, row.Verdict, row.Remedy, row.Edits)
        {
            Number = index + 1,
            KeyFile = keyFile,
            IsCuredByRecords = row.IsCuredByRecords,
        }).ToDictionary(scenario => scenario.Name);

    private sealed record Row(string Check, Verdict Verdict, string Remedy, params IReadOnlyList<string> Edits)
    {
        public bool IsCuredByRecords { get; init; } = true;
    }
}
