using System.Security.Cryptography;

namespace TrendingMail.Links;

/// <summary>A secret key that signs links.</summary>
/// <param name="Id">Part of each link, so that the right key is found after a rotation.</param>
public sealed record LinkKey(ushort Id, DateTimeOffset CreatedAt, byte[] Secret)
{
    // Keying an HMAC costs more than hashing a short text, so each thread keeps the last one it used.
    [ThreadStatic]
    private static (LinkKey Key, IncrementalHash Hmac)? cachedHmac;

    /// <summary>Computes the HMAC-SHA-256 of a text, truncated to the length of <paramref name="mac"/>.</summary>
    public void Sign(ReadOnlySpan<byte> text, Span<byte> mac)
    {
        if (cachedHmac is not { } cached || !ReferenceEquals(cached.Key, this))
        {
            cachedHmac?.Hmac.Dispose();
            cachedHmac = cached = (this, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Secret));
        }

        Span<byte> fullMac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        cached.Hmac.AppendData(text);
        cached.Hmac.GetHashAndReset(fullMac);
        fullMac[..mac.Length].CopyTo(mac);
    }
}
