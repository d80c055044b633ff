using System.Security.Cryptography;

namespace TrendingMail.Subscribers;

/// <summary>A secret that signs links.</summary>
/// <param name="Id">Stands in the link, so that the right key is found after a rotation.</param>
public sealed record LinkKey(ushort Id, DateTimeOffset CreatedAt, byte[] Secret)
{
    // Setting a key up costs more than a short text: threads keep the one that they signed with last.
    [ThreadStatic]
    private static (LinkKey Key, IncrementalHash Hmac)? latest;

    /// <summary>Writes the beginning of a text's HMAC-SHA-256, as much as there is room for.</summary>
    public void Sign(ReadOnlySpan<byte> text, Span<byte> mac)
    {
        if (latest is not { } kept || !ReferenceEquals(kept.Key, this))
        {
            latest?.Hmac.Dispose();
            latest = kept = (this, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Secret));
        }

        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        kept.Hmac.AppendData(text);
        kept.Hmac.GetHashAndReset(whole);
        whole[..mac.Length].CopyTo(mac);
    }
}
