using System.Net;
using System.Net.Sockets;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Hosts;

/// <summary>Judges the names of our relay's addresses.</summary>
internal static class PtrFindings
{
    /// <param name="pointers">The PTR records of the address.</param>
    /// <param name="confirmed">Those of the names that have the address.</param>
    /// <param name="suggestion">A name to give to an address that has none.</param>
    public static Finding JudgeReverse(
        SendingAddress sending, DnsAnswer<string> pointers, IReadOnlyList<string> confirmed, string suggestion)
    {
        var address = sending.Address;
        const string Who = "Set it where you rent the address";
        string[] evidence = [sending.Origin, .. pointers.Records.Select(name => $"PTR {name}.")];
        if (!pointers.IsFound)
        {
            return Finding.Bad(
                $"{address} has no name (PTR record), and Gmail and others reject mail from such an address.",
                $"{Who}:\n{ZoneLine.Pointer(address, suggestion)}\n{ZoneLine.Address(suggestion, address)}") with
            {
                Evidence = evidence,
            };
        }

        if (confirmed.Count == 0)
        {
            var name = pointers.Records[0];
            return Finding.Bad(
                $"{address} is called {name}, but {name} does not have that address: receivers distrust the name.",
                $"Publish this record, or give the address another name:\n{ZoneLine.Address(name, address)}") with
            {
                Evidence = evidence,
            };
        }

        return (IsGeneric(confirmed[0], address)
            ? Finding.Warn(
                $"{address} has the name {confirmed[0]}, which looks like that of a dial-up or rented machine.",
                $"{Who}:\n{ZoneLine.Pointer(address, suggestion)}\n{ZoneLine.Address(suggestion, address)}")
            : Finding.Good($"{address} and {confirmed[0]} lead to each other.")).Citing(evidence);
    }

    /// <param name="name">The name in the relay's EHLO.</param>
    /// <param name="forward">Its addresses.</param>
    /// <param name="addresses">The addresses from which the relay sends.</param>
    public static Finding JudgeEhlo(string name, DnsAnswer<IPAddress> forward, IReadOnlyList<IPAddress> addresses)
    {
        const string Setting = "set the relay's own name (myhostname in Postfix, primary_hostname in Exim)";
        var first = addresses[0];
        if (!name.Contains('.', StringComparison.Ordinal) || name[0] == '[')
        {
            return Finding.Bad(
                $"The relay calls itself {name}, which is not a full host name: many servers reject its EHLO.",
                $"In its configuration, {Setting} to a name that has the address {first}, such as " +
                "mail.example.org.");
        }

        return forward.Records.Intersect(addresses).Any()
            ? Finding.Good($"The name in the relay's EHLO, {name}, has the address {first}.")
            : Finding.Bad(
                $"The relay calls itself {name}, but " +
                (forward.IsFound ? $"{name} has the address {forward.Records[0]} instead of {first}."
                    : forward.ExplainAbsence()),
                $"Publish this record, or {Setting} to a name that has the address:\n" +
                ZoneLine.Address(name, first)) with
            {
                Evidence = [.. forward.Records.Select(address => $"{name}: {address}")],
            };
    }

    /// <summary>Whether a name contains the parts of its IPv4 address, in either order.</summary>
    private static bool IsGeneric(string name, IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return false;
        }

        var parts = address.ToString().Split('.');
        return ((char[])['-', '.', '_']).Any(separator =>
            name.Contains(string.Join(separator, parts), StringComparison.Ordinal) ||
            name.Contains(string.Join(separator, parts.Reverse()), StringComparison.Ordinal));
    }
}
