using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using TrendingMail.Links;

namespace TrendingMail.SignUp.Abuse;

/// <summary>The result of validating a form token.</summary>
public enum FormTokenStatus
{
    /// <summary>No token: the client never loaded the form.</summary>
    Missing,

    Valid,

    /// <summary>Submitted sooner than a person can fill in the form.</summary>
    TooFast,

    /// <summary>Tampered with, signed by an unknown key, or expired: the form has to be loaded again.</summary>
    Invalid,
}

/// <summary>
/// Signs the time at which a form was rendered, so that a form submitted too soon is recognized as automated, without
/// cookies or scripts. A token is the key id (2 bytes), milliseconds since 1970 (8 bytes) and the first 12 bytes of
/// their HMAC-SHA-256, in base64url.
/// </summary>
public sealed class FormTokens(KeyRing keys, SecurityOptions options, TimeProvider clock)
{
    private const int BodyLength = 10;

    private const int MacLength = 12;

    /// <summary>A page may stay open over a long weekend.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>The least time a person needs to fill in the form.</summary>
    public TimeSpan MinimumFillTime { get; } = TimeSpan.FromSeconds(options.MinimumFillSeconds);

    public string Create()
    {
        Span<byte> bytes = stackalloc byte[BodyLength + MacLength];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, keys.Current.Id);
        BinaryPrimitives.WriteInt64BigEndian(bytes[2..], clock.GetUtcNow().ToUnixTimeMilliseconds());
        ComputeMac(keys.Current, bytes[..BodyLength], bytes[BodyLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    public FormTokenStatus Validate(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return FormTokenStatus.Missing;
        }

        Span<byte> bytes = stackalloc byte[BodyLength + MacLength];
        Span<byte> mac = stackalloc byte[MacLength];
        if (Base64Url.DecodeFromChars(token, bytes, out _, out var length) != OperationStatus.Done ||
            length != bytes.Length ||
            keys.Find(BinaryPrimitives.ReadUInt16BigEndian(bytes)) is not { } key)
        {
            return FormTokenStatus.Invalid;
        }

        ComputeMac(key, bytes[..BodyLength], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[BodyLength..]))
        {
            return FormTokenStatus.Invalid;
        }

        var age = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(
            BinaryPrimitives.ReadInt64BigEndian(bytes[2..]));
        return age > Lifetime ? FormTokenStatus.Invalid : age < MinimumFillTime
            ? FormTokenStatus.TooFast : FormTokenStatus.Valid;
    }

    private static void ComputeMac(LinkKey key, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        Span<byte> signed = stackalloc byte[Prefix.Length + BodyLength];
        Prefix.CopyTo(signed);
        body.CopyTo(signed[Prefix.Length..]);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Secret, signed, whole);
        whole[..MacLength].CopyTo(mac);
    }

    /// <summary>Separates these signatures from others made with the same keys.</summary>
    private static ReadOnlySpan<byte> Prefix => "form-token:"u8;
}
