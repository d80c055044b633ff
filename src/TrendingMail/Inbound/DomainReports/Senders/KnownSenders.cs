using System.Net;

namespace TrendingMail.Inbound.DomainReports.Senders;

/// <summary>The servers that the operator knows: <c>Inbound:KnownSenders</c>.</summary>
internal sealed class KnownSenders(IEnumerable<string> addresses)
{
    private readonly IPNetwork[] networks =
    [
        .. addresses.Select(text => TryParse(text, out var network) ? network : default(IPNetwork?))
            .OfType<IPNetwork>(),
    ];

    public bool Contains(string source) =>
        IPAddress.TryParse(source, out var address) && Array.Exists(networks, network => network.Contains(address));

    /// <summary>Parses a network in CIDR notation or a single address.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text.Trim(), out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text.Trim(), out network);
    }
}
