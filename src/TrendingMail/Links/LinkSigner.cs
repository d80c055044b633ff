using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace TrendingMail.Links;

/// <summary>What a link lets its holder do. The numbers are part of mailed links: never reuse one.</summary>
public enum LinkPurpose : byte
{
    Confirm = 1,
    Preferences = 2,
    Unsubscribe = 3,

    /// <summary>
    /// Gives feedback on a paper. The token's subject is the paper, its choice the kind of feedback. Both are appended
    /// to the token unsigned, since its holder may give any feedback on any paper.
    /// </summary>
    Feedback = 4,

    /// <summary>Reports that someone else requested the subscription.</summary>
    ReportNotMe = 5,

    /// <summary>Undoes an unsubscription that someone else made.</summary>
    UndoUnsubscribe = 6,

    /// <summary>Confirms an address change from the new address. The token's subject is the address change.</summary>
    ConfirmAddressChange = 7,

    /// <summary>Reverts an address change from the old address. The token's subject is the address change.</summary>
    RevertAddressChange = 8,

    /// <summary>
    /// Shows a digest in the browser. The token's subject is the day number of the digest
    /// (<see cref="DateOnly.DayNumber"/>), its choice is 1 for a weekly digest.
    /// </summary>
    View = 9,

    /// <summary>Downloads everything that is stored about the subscriber.</summary>
    ExportData = 10,

    /// <summary>Requests an address change.</summary>
    ChangeAddress = 11,

    /// <summary>Erases the subscriber.</summary>
    EraseData = 12,
}

/// <summary>The content of a signed link.</summary>
/// <param name="SubscriberId">The subscriber for whom it acts.</param>
/// <param name="Epoch">The subscriber's link epoch when it was issued; it is revoked once the epoch changes.</param>
/// <param name="IssuedAt">In whole seconds.</param>
/// <param name="Subject">The paper, address change or day it refers to, depending on its purpose.</param>
/// <param name="Choice">The option chosen for the subject, depending on its purpose.</param>
public sealed record LinkToken(
    LinkPurpose Purpose, long SubscriberId, int Epoch, DateTimeOffset IssuedAt, long Subject = 0, byte Choice = 0);

/// <summary>
/// Signs and verifies the tokens in subscribers' links. A token is the base64url encoding, without padding, of purpose
/// (1 byte), key id (2), subscriber id (8), epoch (4) and issue time in seconds (4); for address changes and digest
/// views also subject (8) and choice (1); then the first 16 bytes of the HMAC-SHA-256 of all that (RFC 2104 section 5
/// permits truncation to half). Feedback links, of which a digest has dozens, share one token per subscriber, followed
/// by subject and choice (<c>.17.1</c>) or the subject alone (<c>.17</c>): one signature per subscriber instead of one
/// per paper. Tokens are stateless and valid as long as their subscriber exists, unless their purpose limits it.
/// </summary>
public sealed class LinkSigner(KeyRing keys, TimeProvider clock)
{
    private const int BodyLength = 19;

    private const int SubjectLength = 9;

    private const int MacLength = 16;

    private const int MaximumLength = BodyLength + SubjectLength + MacLength;

    /// <summary>How long a confirmation link is valid.</summary>
    public static TimeSpan ConfirmationLifetime { get; } = TimeSpan.FromHours(48);

    /// <summary>
    /// How long a link is valid that undoes what someone else may have done in the subscriber's name.
    /// </summary>
    public static TimeSpan DisputeLifetime { get; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long a link is valid that reveals or harms more than a mail that was forwarded may. It is mailed on request.
    /// </summary>
    public static TimeSpan AccountLinkLifetime { get; } = TimeSpan.FromHours(1);

    /// <summary>The length of a token in characters, which depends only on its purpose.</summary>
    public static int TokenLength(LinkPurpose purpose) =>
        Base64Url.GetEncodedLength(GetBodyLength(purpose) + MacLength);

    public string Sign(LinkToken token)
    {
        var signed = SignWithoutSuffix(token);
        return token.Purpose == LinkPurpose.Feedback ? signed + FeedbackSuffix(token.Subject, token.Choice) : signed;
    }

    /// <summary>The unsigned suffix of a feedback token.</summary>
    public static string FeedbackSuffix(long subject, byte choice) =>
        string.Create(CultureInfo.InvariantCulture, $".{subject}") +
        (choice == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{choice}"));

    /// <summary>Signs a token without appending its unsigned suffix.</summary>
    internal string SignWithoutSuffix(LinkToken token)
    {
        Span<char> text = stackalloc char[Base64Url.GetEncodedLength(MaximumLength)];
        return text[..SignWithoutSuffix(token, text)].ToString();
    }

    /// <returns>The number of characters written.</returns>
    internal int SignWithoutSuffix(LinkToken token, Span<char> text)
    {
        Span<byte> bytes = stackalloc byte[MaximumLength];
        var body = bytes[..GetBodyLength(token.Purpose)];
        var key = keys.Current;
        bytes[0] = (byte)token.Purpose;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], key.Id);
        BinaryPrimitives.WriteInt64BigEndian(bytes[3..], token.SubscriberId);
        BinaryPrimitives.WriteInt32BigEndian(bytes[11..], token.Epoch);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[15..], (uint)token.IssuedAt.ToUnixTimeSeconds());
        if (HasSubject(token.Purpose))
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes[BodyLength..], token.Subject);
            bytes[BodyLength + sizeof(long)] = token.Choice;
        }

        key.Sign(body, bytes.Slice(body.Length, MacLength));
        return Base64Url.EncodeToChars(bytes[..(body.Length + MacLength)], text);
    }

    /// <summary>
    /// Verifies a token issued for <paramref name="purpose"/>. If it is not valid, <paramref name="fault"/> holds the
    /// reason in words for the subscriber. The caller must compare its epoch with the subscriber's.
    /// </summary>
    public bool TryVerify(
        string text, LinkPurpose purpose, [NotNullWhen(true)] out LinkToken? token,
        [NotNullWhen(false)] out string? fault)
    {
        token = null;
        var (subject, choice) = (0L, (byte)0);
        var signed = text.AsSpan();
        fault = "This link is incomplete or has been altered. Please copy the whole link from the email.";
        Span<byte> buffer = stackalloc byte[MaximumLength];
        var bytes = buffer[..(GetBodyLength(purpose) + MacLength)];
        if ((purpose == LinkPurpose.Feedback && !TrySplitSuffix(ref signed, out subject, out choice)) ||
            Base64Url.DecodeFromChars(signed, bytes, out _, out var length) != OperationStatus.Done ||
            length != bytes.Length ||
            keys.Find(BinaryPrimitives.ReadUInt16BigEndian(bytes[1..])) is not { } key)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[MacLength];
        var body = bytes[..^MacLength];
        key.Sign(body, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes[body.Length..]) || bytes[0] != (byte)purpose)
        {
            return false;
        }

        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes[15..]));
        if (clock.GetUtcNow() - issuedAt > GetLifetime(purpose))
        {
            fault = purpose == LinkPurpose.Confirm
                ? "This link has expired: it was valid for 48 hours. Please subscribe again to get a new one."
                : $"This link has expired: it was valid for {Describe(GetLifetime(purpose)!.Value)}.";
            return false;
        }

        fault = null;
        token = new LinkToken(purpose, BinaryPrimitives.ReadInt64BigEndian(bytes[3..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[11..]), issuedAt,
            HasSubject(purpose) ? BinaryPrimitives.ReadInt64BigEndian(bytes[BodyLength..]) : subject,
            HasSubject(purpose) ? bytes[BodyLength + sizeof(long)] : choice);
        return true;
    }

    /// <summary>Null for the links in a digest, which never expire.</summary>
    private static TimeSpan? GetLifetime(LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.Confirm or LinkPurpose.ConfirmAddressChange => ConfirmationLifetime,
        LinkPurpose.ReportNotMe or LinkPurpose.UndoUnsubscribe or LinkPurpose.RevertAddressChange => DisputeLifetime,
        LinkPurpose.ExportData or LinkPurpose.ChangeAddress or LinkPurpose.EraseData => AccountLinkLifetime,
        _ => null,
    };

    private static string Describe(TimeSpan lifetime) => lifetime switch
    {
        { TotalDays: > 2 } => $"{(int)lifetime.TotalDays} days",
        { TotalHours: 1 } => "an hour",
        _ => $"{(int)lifetime.TotalHours} hours",
    };

    private static bool HasSubject(LinkPurpose purpose) =>
        purpose is LinkPurpose.ConfirmAddressChange or LinkPurpose.RevertAddressChange or LinkPurpose.View;

    private static bool TrySplitSuffix(ref ReadOnlySpan<char> text, out long subject, out byte choice)
    {
        Span<Range> parts = stackalloc Range[4];
        (subject, choice) = (0, 0);
        var whole = text;
        var count = whole.Split(parts, '.');
        text = whole[parts[0]];
        return count is 2 or 3 &&
            long.TryParse(whole[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out subject) &&
            (count == 2 || byte.TryParse(whole[parts[2]], NumberStyles.None, CultureInfo.InvariantCulture, out choice));
    }

    private static int GetBodyLength(LinkPurpose purpose) =>
        HasSubject(purpose) ? BodyLength + SubjectLength : BodyLength;
}
