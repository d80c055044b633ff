using System.Net;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Clients;

/// <summary>
/// Decides who sent a request. Only proxies that <see cref="ForwardingOptions.KnownProxies"/> names are believed; with
/// any other sign of a proxy the client is unknown, because anyone can send a forwarded header.
/// </summary>
internal sealed class ClientResolver(ForwardingOptions options, SiteOptions site, ILogger<ClientResolver> logger)
{
    /// <summary>Where proxies of one's own are: loopback, private, shared and link-local addresses.</summary>
    private static readonly IPNetwork[] InternalNetworks = [.. new[]
    {
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "::1/128",
        "fc00::/7", "fe80::/10",
    }.Select(network => IPNetwork.Parse(network))];

    private readonly IPNetwork[] proxies =
        [.. options.KnownProxies.Select(ForwardingOptions.ParseProxy).OfType<IPNetwork>()];

    private int warned;

    public Client Resolve(HttpContext http)
    {
        var peer = http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped
            ? mapped.MapToIPv4() : http.Connection.RemoteIpAddress;
        var headers = http.Request.Headers;
        if (peer is not null && IsKnown(peer))
        {
            return new Client(FindForwarded(headers), peer, IsPeerProxy: true);
        }

        var hasHeader = ProxySigns.HasHeader(headers);
        var isInternal = peer is null || InternalNetworks.Any(network => network.Contains(peer));
        if (hasHeader && isInternal)
        {
            WarnOnce(peer);
        }

        // A proxy without a configuration sends no header of its own, but its address for the host's name.
        var isUnknown = hasHeader || ProxySigns.HasOldProtocol(http.Request) || peer is null ||
            IPAddress.IsLoopback(peer) || (isInternal && !IsPublicName(http.Request.Host));
        return new Client(isUnknown ? null : peer, peer, isInternal);
    }

    private bool IsKnown(IPAddress address) => proxies.Any(network => network.Contains(address));

    /// <summary>The last address that is not a proxy's; null if there is none or it cannot be read.</summary>
    private IPAddress? FindForwarded(IHeaderDictionary headers)
    {
        var hops = ForwardedHeader.Parse(options.Header, headers[options.Header]);
        return hops.LastOrDefault(address => address is null || !IsKnown(address));
    }

    private bool IsPublicName(HostString host) =>
        host.Host.Equals(site.PublicUrl?.Host, StringComparison.OrdinalIgnoreCase);

    private void WarnOnce(IPAddress? peer)
    {
        if (Interlocked.Exchange(ref warned, 1) == 0)
        {
            logger.LogWarning("Requests come through a proxy at {Peer} that Forwarding:KnownProxies does not name. " +
                "Its headers are ignored: clients are unknown, share its rate limits, and their networks are not " +
                "recorded. If it is yours, set Forwarding__KnownProxies__0={Address}.", peer, peer);
        }
    }
}
