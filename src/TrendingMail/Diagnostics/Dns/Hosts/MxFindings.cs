using System.Net;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Hosts;

/// <summary>A host that receives mail for a domain.</summary>
/// <param name="AliasTarget">The name that the host is an alias of, if it is one.</param>
internal sealed record MailHost(string Name, IReadOnlyList<IPAddress> Addresses, string? AliasTarget)
{
    /// <summary>Set if a name server did not answer.</summary>
    public Finding? Failure { get; init; }
}

/// <summary>Judges whether a domain can receive mail (RFC 5321 section 5, RFC 7505).</summary>
internal static class MxFindings
{
    /// <param name="role">The setting that the domain comes from.</param>
    /// <param name="hosts">Those of the MX records; the domain itself if it has none.</param>
    public static IEnumerable<Finding> Judge(
        string domain, string role, DnsAnswer<MailExchanger> exchangers, IReadOnlyList<MailHost> hosts)
    {
        string[] evidence =
        [
            .. exchangers.Records.Select(record => $"MX {record.Preference} {record.Host}."),
            .. hosts.Select(Describe),
        ];
        return (exchangers.IsFound
            ? JudgeExchangers(domain, role, exchangers.Records, hosts)
            : [JudgeDomain(domain, role, exchangers, hosts[0])])
            .Select(finding => finding.Verdict == Verdict.Unknown ? finding : finding with { Evidence = evidence });
    }

    private static IEnumerable<Finding> JudgeExchangers(
        string domain, string role, IReadOnlyList<MailExchanger> exchangers, IReadOnlyList<MailHost> hosts)
    {
        var publish = $"Publish this record instead:\n{ZoneLine.MailExchanger(domain, 10, $"mail.{domain}")}";
        if (exchangers.Any(record => record.Host.Length == 0))
        {
            return [Finding.Bad(
                $"{domain} says that it receives no mail (MX 0 .), so that receivers reject mail from it, and no " +
                "bounce returns.",
                $"{publish}\nwith the name of the server that receives mail for {role}, which needs an address.")];
        }

        var findings = hosts.Select(host => JudgeHost(domain, host)).OfType<Finding>().ToList();
        if (hosts.All(host => host.Addresses.Count == 0) && !findings.Exists(f => f.Verdict == Verdict.Unknown))
        {
            // No server at all is worse than one that does not exist beside another.
            return findings.Select(finding => finding with { Verdict = Verdict.Bad });
        }

        return findings.Count > 0 ? findings
            : [Finding.Good($"{domain} receives mail at {string.Join(", ", hosts.Select(host => host.Name))}.")];
    }

    private static Finding? JudgeHost(string domain, MailHost host)
    {
        if (host.Failure is { } failure)
        {
            return failure;
        }

        if (IPAddress.TryParse(host.Name, out var literal))
        {
            return Finding.Bad(
                $"The MX record of {domain} names the address {host.Name}, but must name a host.",
                "Publish these records instead:\n" + ZoneLine.MailExchanger(domain, 10, $"mail.{domain}") + "\n" +
                ZoneLine.Address($"mail.{domain}", literal));
        }

        if (host.Addresses.Count == 0)
        {
            return Finding.Warn(
                $"{host.Name}, which receives mail for {domain}, has no address.",
                "Publish its address, or remove the MX record that names it:\n" +
                $"{host.Name}. IN A ADDRESS");
        }

        if (host.AliasTarget is { } target)
        {
            return Finding.Warn(
                $"The MX record of {domain} names {host.Name}, an alias of {target}, which some servers do not " +
                "accept (RFC 2181 section 10.3).",
                $"Publish this record instead:\n{ZoneLine.MailExchanger(domain, 10, target)}");
        }

        return host.Addresses.Any(AddressScope.IsPublic) ? null : Finding.Warn(
            $"{host.Name}, which receives mail for {domain}, has private addresses only: other servers cannot reach " +
            "it.",
            $"Publish its public address:\n{host.Name}. IN A ADDRESS");
    }

    private static Finding JudgeDomain(
        string domain, string role, DnsAnswer<MailExchanger> exchangers, MailHost host)
    {
        var publish = $"Publish this record, with the name of the server that receives mail for {role}:\n" +
            ZoneLine.MailExchanger(domain, 10, $"mail.{domain}");
        if (host.Failure is { } failure)
        {
            return failure;
        }

        return host.Addresses.Count > 0
            ? Finding.Warn(
                $"{domain} has no MX record, so that mail for it goes to its own address, and some receivers " +
                "distrust mail from it.", publish)
            : Finding.Bad(
                $"{exchangers.ExplainAbsence()} Receivers reject mail from a domain that cannot receive any.", publish);
    }

    private static string Describe(MailHost host) =>
        $"{host.Name}: {(host.Addresses.Count > 0 ? string.Join(", ", host.Addresses) : "no address")}";
}
