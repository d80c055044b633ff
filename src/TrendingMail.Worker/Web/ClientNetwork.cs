using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Worker.Web;

/// <summary>The network that a client is in: enough to recognise abuse by, too coarse to name a person.</summary>
internal static class ClientNetwork
{
    private const int V4Bits = 24;

    private const int V6Bits = 48;

    /// <summary>Such as 203.0.113.0/24 or 2001:db8:7::/48; null where the address is not known.</summary>
    public static string? Of(IPAddress? address)
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
