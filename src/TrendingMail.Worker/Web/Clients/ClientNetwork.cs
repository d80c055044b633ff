using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Worker.Web.Clients;

/// <summary>The network of a client: precise enough to recognize abuse, too coarse to identify a person.</summary>
internal static class ClientNetwork
{
    private const int V4Bits = 24;

    private const int V6Bits = 48;

    /// <summary>A network such as 203.0.113.0/24 or 2001:db8:7::/48; null if the address is unknown.</summary>
    public static string? From(IPAddress? address)
    {
        if (address is null)
        {
            return null;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bits = plain.AddressFamily == AddressFamily.InterNetwork ? V4Bits : V6Bits;
        var bytes = plain.GetAddressBytes();
        Array.Clear(bytes, bits / 8, bytes.Length - (bits / 8));
        return $"{new IPAddress(bytes)}/{bits}";
    }
}
