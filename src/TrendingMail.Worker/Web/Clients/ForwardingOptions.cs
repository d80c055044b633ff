using System.Net;

namespace TrendingMail.Worker.Web.Clients;

/// <summary>
/// Settings of section <c>Forwarding</c>: the reverse proxies in front of the program. Only what they say about a
/// client is believed. Without them, the clients behind a proxy are unknown.
/// </summary>
internal sealed record ForwardingOptions
{
    private const int MinimumPrefixLength = 8;

    /// <summary>
    /// Reverse proxies whose <see cref="Header"/> is believed: the addresses from which they connect, and any proxy in
    /// front of them. Empty if clients connect directly.
    /// </summary>
    /// <value>addresses such as 127.0.0.1, or networks such as 172.18.0.0/16</value>
    public IReadOnlyList<string> KnownProxies { get; init; } = [];

    /// <summary>
    /// The header in which a known proxy names the client. In <c>X-Forwarded-For</c> and <c>Forwarded</c> (RFC 7239),
    /// the last address that is not a known proxy counts. Any other header, such as <c>X-Real-IP</c> or
    /// <c>CF-Connecting-IP</c>, must hold one address.
    /// </summary>
    /// <value>the name of a header</value>
    public string Header { get; init; } = "X-Forwarded-For";

    public IEnumerable<string> Validate()
    {
        foreach (var proxy in KnownProxies.Where(text => ParseProxy(text) is null))
        {
            yield return $"Forwarding:KnownProxies has '{proxy}'; give addresses such as 127.0.0.1 or networks such " +
                $"as 172.18.0.0/16, with a prefix of at least {MinimumPrefixLength} bits.";
        }

        if (Header.Length == 0 || !Header.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            yield return $"Forwarding:Header is '{Header}'; give the name of one header, such as X-Forwarded-For.";
        }
    }

    /// <summary>The network of a proxy; null if the text is neither an address nor a network.</summary>
    internal static IPNetwork? ParseProxy(string text)
    {
        if (IPAddress.TryParse(text, out var address) && text.AsSpan().ContainsAny('.', ':'))
        {
            var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return new IPNetwork(plain, plain.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(text, out var network) && network.PrefixLength >= MinimumPrefixLength
            ? network : null;
    }
}
