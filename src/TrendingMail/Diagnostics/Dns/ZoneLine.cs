using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Diagnostics.Dns;

/// <summary>Formats records as lines of a zone file (RFC 1035 section 5), ready to be published.</summary>
internal static class ZoneLine
{
    /// <summary>The longest string in a TXT record; a longer text is split.</summary>
    private const int MaxString = 255;

    public static string Text(string name, string text) =>
        $"{name}. IN TXT {string.Join(' ', Split(text).Select(part => $"\"{Escape(part)}\""))}";

    public static string MailExchanger(string domain, int preference, string host) =>
        $"{domain}. IN MX {preference.ToString(CultureInfo.InvariantCulture)} {host}.";

    public static string Address(string name, IPAddress address) =>
        $"{name}. IN {(address.AddressFamily == AddressFamily.InterNetwork ? "A" : "AAAA")} {address}";

    public static string Pointer(IPAddress address, string name) => $"{ReverseName(address)}. IN PTR {name}.";

    /// <summary>The name that has the PTR record of an address, such as 10.2.0.192.in-addr.arpa.</summary>
    public static string ReverseName(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? $"{string.Join('.', address.GetAddressBytes().Reverse())}.in-addr.arpa"
            : $"{string.Join('.', Convert.ToHexStringLower(address.GetAddressBytes()).Reverse())}.ip6.arpa";

    private static IEnumerable<string> Split(string text) =>
        text.Length == 0 ? [""] : text.Chunk(MaxString).Select(part => new string(part));

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
