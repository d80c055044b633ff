using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Unicode;
using TrendingMail.Configuration;
using TrendingMail.Links;

namespace TrendingMail.Messages;

/// <summary>
/// Variable envelope return paths (VERP): the bounces of each delivery return to an address of its own, such as
/// <c>bounces+17-k1-4f2a90c1d3b7@example.org</c>: delivery, key, and the first 6 bytes of an HMAC, which prevents
/// forged bounces.
/// </summary>
public sealed class ReturnPath(KeyRing keys, string bounceAddress)
{
    private readonly string bounceAddress = InternetName.ToAscii(bounceAddress);

    private const int MacLength = 6;

    /// <summary>An address like those of deliveries, to see whether a server accepts it; it belongs to none.</summary>
    public static string Sample(string bounceAddress)
    {
        var ascii = InternetName.ToAscii(bounceAddress);
        var at = ascii.LastIndexOf('@');
        return $"{ascii[..at]}+0-k0-{new string('0', 2 * MacLength)}{ascii[at..]}";
    }

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
    /// The delivery that a return path belongs to; null if the address is not one of ours or its signature is invalid.
    /// Ignores case, because some servers change it.
    /// </summary>
    public long? TryRead(string address)
    {
        address = InternetName.ToAscii(address);
        var ownAt = bounceAddress.LastIndexOf('@');
        var at = address.LastIndexOf('@');
        if (ownAt < 0 || at <= ownAt ||
            !address.AsSpan(at).Equals(bounceAddress.AsSpan(ownAt), StringComparison.OrdinalIgnoreCase) ||
            !address.AsSpan(0, ownAt).Equals(bounceAddress.AsSpan(0, ownAt), StringComparison.OrdinalIgnoreCase) ||
            address[ownAt] != '+')
        {
            return null;
        }

        var parts = address[(ownAt + 1)..at].ToLowerInvariant().Split('-');
        if (parts is not [var id, ['k', .. var keyId], { Length: 2 * MacLength } mac] ||
            !long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var deliveryId) ||
            !ushort.TryParse(keyId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ||
            keys.Find(number) is not { } key)
        {
            return null;
        }

        Span<char> expected = stackalloc char[2 * MacLength];
        Mac(key, deliveryId, expected);
        return CryptographicOperations.FixedTimeEquals(
            MemoryMarshal.AsBytes(expected), MemoryMarshal.AsBytes(mac.AsSpan()))
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
