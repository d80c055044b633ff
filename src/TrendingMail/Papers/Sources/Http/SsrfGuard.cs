using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Papers.Sources.Http;

/// <summary>
/// Protects against server-side request forgery (SSRF). The configured origin may resolve to any address; all others,
/// reachable through redirects only, must resolve to a public one. The name is resolved once, here, so that the checked
/// address is the one connected to.
/// </summary>
/// <param name="origin">The URL configured by the operator.</param>
public sealed class SsrfGuard(Uri origin)
{
    /// <summary>Not globally reachable, or not unicast, per IANA's special-purpose registries (RFC 6890).</summary>
    private static readonly IPNetwork[] SpecialPurposeNetworks = [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
        "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    }.Select(network => IPNetwork.Parse(network))];

    private static readonly IPNetwork Nat64Network = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>
    /// Whether an address is globally reachable. An IPv6 address that embeds an IPv4 address is judged by the latter.
    /// </summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic(address.MapToIPv4());
        }

        return Nat64Network.Contains(address)
            ? IsPublic(new IPAddress(address.GetAddressBytes().AsSpan(12)))
            : !SpecialPurposeNetworks.Any(network => network.Contains(address));
    }

    /// <summary>Whether a URL has the configured origin: the same scheme, host and port.</summary>
    public bool IsOrigin(Uri address) =>
        address.Scheme == origin.Scheme && address.IdnHost == origin.IdnHost && address.Port == origin.Port;

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="TrendingMailException">The host resolves to private addresses only.</exception>
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endPoint = context.DnsEndPoint;
        var addresses = await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken);
        if (!IsTrusted(context))
        {
            addresses = [.. addresses.Where(IsPublic)];
            if (addresses.Length == 0)
            {
                throw new TrendingMailException(
                    $"{origin.Authority} redirects to {endPoint.Host}, which is not a public address; redirect " +
                        "rejected");
            }
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether the connection goes to the configured origin or to a proxy, which differs from the requested host.
    /// </summary>
    private bool IsTrusted(SocketsHttpConnectionContext context)
    {
        var (endPoint, requested) = (context.DnsEndPoint, context.InitialRequestMessage.RequestUri!);
        return IsOrigin(requested) || endPoint.Host != requested.IdnHost || endPoint.Port != requested.Port;
    }
}
