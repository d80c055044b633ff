using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>What a form's stamp says of who sent it.</summary>
public enum StampVerdict
{
    /// <summary>There is none: a program that never saw the form.</summary>
    None,

    Good,

    /// <summary>Sent sooner than a person can have filled it in.</summary>
    TooSoon,

    /// <summary>Not ours, or of another day: the form must be fetched anew.</summary>
    Stale,
}

/// <summary>
/// Stamps a form with the time at which it was made, signed, so that one that comes back too soon is known for a
/// program's, without a cookie and without a script. Key (2 bytes), milliseconds since 1970 (8) and 12 bytes of their
/// HMAC-SHA-256 in base64url.
/// </summary>
public sealed class FormStamps(KeyRing keys, SecurityOptions options, TimeProvider clock)
{
    private const int BodyLength = 10;

    private const int MacLength = 12;

    /// <summary>A page may stand open over a long weekend.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>How long a person takes at the least.</summary>
    public TimeSpan MinimumFill { get; } = TimeSpan.FromSeconds(options.MinimumFillSeconds);

    public string New()
    {
        Span<byte> bytes = stackalloc byte[BodyLength + MacLength];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, keys.Current.Id);
        BinaryPrimitives.WriteInt64BigEndian(bytes[2..], clock.GetUtcNow().ToUnixTimeMilliseconds());
        Mac(keys.Current, bytes[..BodyLength], bytes[BodyLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    public StampVerdict Read(string? stamp)
    {
        if (string.IsNullOrEmpty(stamp))
        {
            return StampVerdict.None;
        }

        Span<byte> bytes = stackalloc byte[BodyLength + MacLength];
        Span<byte> mac = stackalloc byte[MacLength];
        if (Base64Url.DecodeFromChars(stamp, bytes, out _, out var length) != OperationStatus.Done || length != bytes.Length ||
            keys.Find(BinaryPrimitives.ReadUInt16BigEndian(bytes)) is not { } key)
        {
            return StampVerdict.Stale;
        }

        Mac(key, bytes[..BodyLength], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[BodyLength..]))
        {
            return StampVerdict.Stale;
        }

        var age = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes[2..]));
        return age > Lifetime ? StampVerdict.Stale : age < MinimumFill ? StampVerdict.TooSoon : StampVerdict.Good;
    }

    private static void Mac(LinkKey key, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        Span<byte> signed = stackalloc byte[Prefix.Length + BodyLength];
        Prefix.CopyTo(signed);
        body.CopyTo(signed[Prefix.Length..]);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Secret, signed, whole);
        whole[..MacLength].CopyTo(mac);
    }

    /// <summary>Keeps what is signed here apart from what the same keys sign elsewhere.</summary>
    private static ReadOnlySpan<byte> Prefix => "form-stamp:"u8;
}
