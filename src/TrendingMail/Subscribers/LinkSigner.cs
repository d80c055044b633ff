using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace TrendingMail.Subscribers;

/// <summary>What a link lets its holder do. The number stands in the link: never reuse one.</summary>
public enum LinkPurpose : byte
{
    Confirm = 1,
    Preferences = 2,
    Unsubscribe = 3,
}

/// <summary>What a link says.</summary>
/// <param name="SubscriberId">For whom it acts.</param>
/// <param name="Epoch">The subscriber's counter when it was made; another count since then revokes it.</param>
/// <param name="IssuedAt">To the second.</param>
public sealed record LinkToken(LinkPurpose Purpose, long SubscriberId, int Epoch, DateTimeOffset IssuedAt);

/// <summary>
/// Makes and reads the tokens in readers' links: purpose (1 byte), key id (2), subscriber (8), epoch (4) and issue time
/// in seconds (4), then the first 16 bytes of their HMAC-SHA-256 (RFC 2104 section 5 allows half), in base64url without
/// padding. Nothing is stored, so a link costs no row and works for as long as its subscriber exists.
/// </summary>
public sealed class LinkSigner(KeyRing keys, TimeProvider clock)
{
    private const int BodyLength = 19;

    private const int MacLength = 16;

    /// <summary>How long a confirmation link works; the others do not expire.</summary>
    public static TimeSpan ConfirmationLifetime { get; } = TimeSpan.FromHours(48);

    public string Sign(LinkToken token)
    {
        Span<byte> bytes = stackalloc byte[BodyLength + MacLength];
        bytes[0] = (byte)token.Purpose;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], keys.Current.Id);
        BinaryPrimitives.WriteInt64BigEndian(bytes[3..], token.SubscriberId);
        BinaryPrimitives.WriteInt32BigEndian(bytes[11..], token.Epoch);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[15..], (uint)token.IssuedAt.ToUnixTimeSeconds());
        Mac(keys.Current, bytes[..BodyLength], bytes[BodyLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>
    /// Reads a token that was made for <paramref name="purpose"/>; where it does not hold, <paramref name="fault"/> says
    /// why in words for the reader. Whether its epoch still holds is for the caller to compare.
    /// </summary>
    public bool TryRead(
        string text, LinkPurpose purpose, [NotNullWhen(true)] out LinkToken? token,
        [NotNullWhen(false)] out string? fault)
    {
        token = null;
        fault = "This link is not complete or was changed on its way. Please copy the whole link from the mail.";
        Span<byte> bytes = stackalloc byte[BodyLength + MacLength];
        if (Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done || length != bytes.Length ||
            keys.Find(BinaryPrimitives.ReadUInt16BigEndian(bytes[1..])) is not { } key)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[MacLength];
        Mac(key, bytes[..BodyLength], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes[BodyLength..]) || bytes[0] != (byte)purpose)
        {
            return false;
        }

        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes[15..]));
        if (purpose == LinkPurpose.Confirm && clock.GetUtcNow() > issuedAt + ConfirmationLifetime)
        {
            fault = "This link has expired: it worked for 48 hours. Please subscribe again to get a new one.";
            return false;
        }

        fault = null;
        token = new LinkToken(purpose, BinaryPrimitives.ReadInt64BigEndian(bytes[3..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[11..]), issuedAt);
        return true;
    }

    private static void Mac(LinkKey key, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Secret, body, whole);
        whole[..MacLength].CopyTo(mac);
    }
}
