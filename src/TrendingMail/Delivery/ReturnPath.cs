using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Unicode;
using TrendingMail.Subscribers;

namespace TrendingMail.Delivery;

/// <summary>
/// Variable envelope return paths (VERP): each delivery's bounces come back to an address of its own,
/// <c>bounces+17-k1-4f2a90c1d3b7@example.org</c>: delivery, key, and the first 6 bytes of an HMAC, so that nobody can
/// forge a bounce for another reader.
/// </summary>
public sealed class ReturnPath(KeyRing keys, string bounceAddress)
{
    private const int MacLength = 6;

    public string For(long deliveryId)
    {
        var key = keys.Current;
        var at = bounceAddress.LastIndexOf('@');
        Span<char> hex = stackalloc char[2 * MacLength];
        Mac(key, deliveryId, hex);
        return string.Create(CultureInfo.InvariantCulture,
            $"{bounceAddress.AsSpan(0, at)}+{deliveryId}-k{key.Id}-{hex}{bounceAddress.AsSpan(at)}");
    }

    /// <summary>
    /// The delivery whose return path an address is; null where it is none of ours, or its signature does not hold. (Some
    /// servers change the case of letters, so the case is not looked at.)
    /// </summary>
    public long? TryRead(string address)
    {
        var own = bounceAddress.LastIndexOf('@');
        var at = address.LastIndexOf('@');
        if (own < 0 || at <= own || !address.AsSpan(at).Equals(bounceAddress.AsSpan(own), StringComparison.OrdinalIgnoreCase) ||
            !address.AsSpan(0, own).Equals(bounceAddress.AsSpan(0, own), StringComparison.OrdinalIgnoreCase) || address[own] != '+')
        {
            return null;
        }

        var parts = address[(own + 1)..at].ToLowerInvariant().Split('-');
        if (parts is not [var id, ['k', .. var keyId], { Length: 2 * MacLength } mac] ||
            !long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var deliveryId) ||
            !ushort.TryParse(keyId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ||
            keys.Find(number) is not { } key)
        {
            return null;
        }

        Span<char> expected = stackalloc char[2 * MacLength];
        Mac(key, deliveryId, expected);
        return CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(expected), MemoryMarshal.AsBytes(mac.AsSpan()))
            ? deliveryId
            : null;
    }

    private static void Mac(LinkKey key, long deliveryId, Span<char> hex)
    {
        Span<byte> signed = stackalloc byte[64];
        Utf8.TryWrite(signed, CultureInfo.InvariantCulture, $"return-path:{deliveryId}-k{key.Id}", out var length);
        Span<byte> mac = stackalloc byte[MacLength];
        key.Sign(signed[..length], mac);
        Convert.TryToHexStringLower(mac, hex, out _);
    }
}
