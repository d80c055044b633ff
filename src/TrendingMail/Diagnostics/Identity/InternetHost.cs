using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Diagnostics.Identity;

/// <summary>Tells the names and addresses of a local network from those on the internet.</summary>
internal static class InternetHost
{
    /// <summary>Names that are never on the internet (RFC 6761, RFC 6762, RFC 9476 and habit).</summary>
    private static readonly string[] LocalSuffixes =
        [".localhost", ".local", ".localdomain", ".internal", ".lan", ".home.arpa", ".invalid", ".alt"];

    /// <summary>Whether a host is this machine itself, as seen from anywhere.</summary>
    /// <param name="host">A name or an address, without brackets.</param>
    public static bool IsThisMachine(string host) => IPAddress.TryParse(host, out var address)
        ? IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
        : host.TrimEnd('.') is var name && (name.Equals("localhost", StringComparison.OrdinalIgnoreCase) ||
            name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ||
            name.Equals("localhost.localdomain", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether only this machine or its network can reach a host.</summary>
    /// <param name="host">A name or an address, without brackets.</param>
    public static bool IsLocal(string host) => IPAddress.TryParse(host, out var address)
        ? IsLocal(address)
        : !host.TrimEnd('.').Contains('.', StringComparison.Ordinal) ||
            LocalSuffixes.Any(suffix => host.TrimEnd('.').EndsWith(suffix, StringComparison.OrdinalIgnoreCase));

    private static bool IsLocal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ||
            address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal ||
            (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is
                [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [169, 254, ..]);
    }
}
