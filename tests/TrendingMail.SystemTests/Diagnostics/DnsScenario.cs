using System.Globalization;
using System.Net;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Dns;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>A zone with a fault, and what the check of it should say.</summary>
/// <param name="Check">The name of the check.</param>
/// <param name="Remedy">Part of the remedy. {d} is the domain, {ip} the relay's address, {key} our DKIM record.</param>
/// <param name="Edits">
/// Records that replace those of the good zone with the same name and type; without data, they are removed.
/// </param>
internal sealed record DnsScenario(
    string Check, Verdict Verdict, string Remedy, params IReadOnlyList<string> Edits)
{
    private static readonly string[] GoodZone =
    [
        "@ MX 10 mail.{d}.",
        "mail A {ip}",
        "@ TXT \"v=spf1 ip4:{ip} -all\"",
        "s1._domainkey {key}",
        "_dmarc TXT \"v=DMARC1; p=quarantine; rua=mailto:dmarc-reports@{d}\"",
        "_mta-sts TXT \"v=STSv1; id=1\"",
        "mta-sts A 127.0.0.1",
        "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls-reports@{d}\"",
        "default._bimi TXT \"v=BIMI1; l=https://{d}/logo.svg; a=https://{d}/logo.pem\"",
        "ptr PTR mail.{d}.",
    ];

    /// <summary>Whether publishing the remedy's records makes the finding go away.</summary>
    public bool IsCuredByRecords { get; init; } = true;

    /// <summary>Each scenario has a domain and an address of its own on the same server.</summary>
    public required int Number { get; init; }

    public string Name => $"{Check} {Verdict} {Number.ToString(CultureInfo.InvariantCulture)}: " +
        string.Join(" | ", Edits.Select(edit => edit.Length > 45 ? edit[..45] : edit));

    public string Domain => $"s{Number.ToString(CultureInfo.InvariantCulture)}.test";

    public string Address => $"192.0.2.{Number.ToString(CultureInfo.InvariantCulture)}";

    private string ReverseName => ZoneLine.ReverseName(IPAddress.Parse(Address));

    public string ExpectedRemedy => Fill(Remedy);

    public string KeyFile { get; init; } = "";

    public MailOptions Mail => new()
    {
        From = $"digest@{Domain}",
        Dkim = [new DkimOptions { Domain = Domain, Selector = "s1", KeyFile = KeyFile }],
    };

    /// <summary>The lines of the zone file.</summary>
    public IEnumerable<string> Lines => GoodZone.Where(good => !Edits.Any(edit => Key(edit) == Key(good)))
        .Concat(Edits.Where(edit => edit.Split(' ').Length > 2 || edit.Contains("{key}", StringComparison.Ordinal)))
        .Select(ToLine);

    private static string Key(string record) => record.EndsWith(" {key}", StringComparison.Ordinal)
        ? $"{record.Split(' ')[0]} TXT" : string.Join(' ', record.Split(' ')[..2]);

    private string ToLine(string record)
    {
        var parts = record.Split(' ', 2);
        var owner = parts[0] switch
        {
            "@" => Domain,
            "ptr" => ReverseName,
            ['=', .. var absolute] => Fill(absolute),
            var name => $"{Fill(name)}.{Domain}",
        };
        return parts[1] == "{key}" ? KeyLine : $"{owner}. IN {Fill(parts[1])}";
    }

    private string KeyLine =>
        ZoneLine.Text($"s1._domainkey.{Domain}", DkimKeyFile.Read(KeyFile, DkimAlgorithm.RsaSha256).ToRecord());

    private string Fill(string text) => text
        .Replace("{d}", Domain, StringComparison.Ordinal)
        .Replace("{ip}", Address, StringComparison.Ordinal)
        .Replace("{ptr}", ReverseName, StringComparison.Ordinal)
        .Replace("{dashed}", Address.Replace('.', '-'), StringComparison.Ordinal)
        .Replace("{key}", KeyLine, StringComparison.Ordinal);
}
