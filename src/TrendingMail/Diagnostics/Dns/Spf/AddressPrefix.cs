using System.Net;

namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>Compares the first bits of addresses.</summary>
internal static class AddressPrefix
{
    /// <param name="length">In bits.</param>
    public static bool Matches(IPAddress network, IPAddress address, int length)
    {
        var (left, right) = (network.GetAddressBytes(), address.GetAddressBytes());
        var (bytes, bits) = (length / 8, length % 8);
        return left.Length == right.Length
            && left.AsSpan(0, bytes).SequenceEqual(right.AsSpan(0, bytes))
            && (bits == 0 || (left[bytes] ^ right[bytes]) >> (8 - bits) == 0);
    }
}
