using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Papers.Http;

/// <summary>
/// Keeps a server from sending us into our own network. The operator's own address may lead anywhere; any other, to which
/// only a redirect leads, must resolve to a public one. What is checked is what is connected to: the name is looked up
/// once, here.
/// </summary>
/// <param name="home">The address that the operator configured.</param>
public sealed class AddressGuard(Uri home)
{
    /// <summary>Not globally reachable, or not one host, by IANA's special-purpose address registries (RFC 6890).</summary>
    private static readonly IPNetwork[] Special = [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
        "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    }.Select(network => IPNetwork.Parse(network))];

    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether an address is reachable in the public Internet; one that holds an IPv4 address is as public as that.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic(address.MapToIPv4());
        }

        return Translated.Contains(address)
            ? IsPublic(new IPAddress(address.GetAddressBytes().AsSpan(12)))
            : !Special.Any(network => network.Contains(address));
    }

    /// <summary>Whether an address is the operator's own: the same scheme, name and port.</summary>
    public bool IsHome(Uri address) =>
        address.Scheme == home.Scheme && address.IdnHost == home.IdnHost && address.Port == home.Port;

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="TrendingMailException">The name leads into a private network.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var end = context.DnsEndPoint;
        var addresses = await Dns.GetHostAddressesAsync(end.Host, cancellationToken);
        if (!IsTrusted(context))
        {
            addresses = [.. addresses.Where(IsPublic)];
            if (addresses.Length == 0)
            {
                throw new TrendingMailException(
                    $"{home.Authority} redirects to {end.Host}, which is no public address; that is not followed");
            }
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, end.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The operator's own address, or the operator's proxy: there the connection goes to another than the address asked for.</summary>
    private bool IsTrusted(SocketsHttpConnectionContext context)
    {
        var (end, asked) = (context.DnsEndPoint, context.InitialRequestMessage.RequestUri!);
        return IsHome(asked) || end.Host != asked.IdnHost || end.Port != asked.Port;
    }
}
