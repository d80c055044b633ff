using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace TrendingMail.Subscribers;

/// <summary>What a link lets its holder do. The number stands in the link: never reuse one.</summary>
public enum LinkPurpose : byte
{
    Confirm = 1,
    Preferences = 2,
    Unsubscribe = 3,

    /// <summary>
    /// Says of one paper: more, less, or never again. The token's subject is the paper, its choice the wish; both stand
    /// after it and are not signed, for its holder may say what they like of any paper.
    /// </summary>
    Feedback = 4,

    /// <summary>Tells that a confirmation was asked for by someone else.</summary>
    Disown = 5,

    /// <summary>Takes back an unsubscription that was not the reader's own.</summary>
    Return = 6,

    /// <summary>Confirms a new address from there. The token's subject is the change of address.</summary>
    Move = 7,

    /// <summary>Takes back a change of address, from the old one. The token's subject is the change of address.</summary>
    MoveBack = 8,

    /// <summary>
    /// Shows a digest in the browser. The token's subject is the digest's day as a day number (<see cref="DateOnly.DayNumber"/>),
    /// its choice 1 for a week's.
    /// </summary>
    View = 9,
}

/// <summary>What a link says.</summary>
/// <param name="SubscriberId">For whom it acts.</param>
/// <param name="Epoch">The subscriber's counter when it was made; another count since then revokes it.</param>
/// <param name="IssuedAt">To the second.</param>
/// <param name="Subject">What it is about, where its purpose has such a thing: a paper, a change of address.</param>
/// <param name="Choice">What is wished of the subject.</param>
public sealed record LinkToken(
    LinkPurpose Purpose, long SubscriberId, int Epoch, DateTimeOffset IssuedAt, long Subject = 0, byte Choice = 0);

/// <summary>
/// Makes and reads the tokens in readers' links: purpose (1 byte), key id (2), subscriber (8), epoch (4) and issue time
/// in seconds (4), for changes of address and views of a digest subject (8) and choice (1), then the first 16 bytes of their HMAC-SHA-256 (RFC 2104
/// section 5 allows half), in base64url without padding. What a digest has by the dozen, feedback, has one token for each
/// reader, with the subject and choice as <c>.17.1</c>, or the subject as <c>.17</c>, after it, so that a reader costs one signature and not one a paper. Nothing is stored, so a link costs no row and works for as long
/// as its subscriber exists.
/// </summary>
public sealed class LinkSigner(KeyRing keys, TimeProvider clock)
{
    private const int BodyLength = 19;

    private const int SubjectLength = 9;

    private const int MacLength = 16;

    private const int MaximumLength = BodyLength + SubjectLength + MacLength;

    /// <summary>How long a link that confirms works.</summary>
    public static TimeSpan ConfirmationLifetime { get; } = TimeSpan.FromHours(48);

    /// <summary>How long a link works that takes back what someone else may have done in the reader's name.</summary>
    public static TimeSpan ObjectionLifetime { get; } = TimeSpan.FromDays(30);

    /// <summary>Characters of a token: all of a purpose have the same.</summary>
    public static int TokenLength(LinkPurpose purpose) => Base64Url.GetEncodedLength(BodyLengthOf(purpose) + MacLength);

    public string Sign(LinkToken token)
    {
        var signed = SignBody(token);
        return token.Purpose == LinkPurpose.Feedback ? signed + FeedbackEnd(token.Subject, token.Choice) : signed;
    }

    /// <summary>What follows a token for feedback.</summary>
    public static string FeedbackEnd(long subject, byte choice) =>
        string.Create(CultureInfo.InvariantCulture, $".{subject}") +
        (choice == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{choice}"));

    /// <summary>The token without what follows it.</summary>
    internal string SignBody(LinkToken token)
    {
        Span<char> text = stackalloc char[Base64Url.GetEncodedLength(MaximumLength)];
        return text[..SignBody(token, text)].ToString();
    }

    /// <returns>Characters written.</returns>
    internal int SignBody(LinkToken token, Span<char> text)
    {
        Span<byte> bytes = stackalloc byte[MaximumLength];
        var body = bytes[..BodyLengthOf(token.Purpose)];
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
    /// Reads a token that was made for <paramref name="purpose"/>; where it does not hold, <paramref name="fault"/> says
    /// why in words for the reader. Whether its epoch still holds is for the caller to compare.
    /// </summary>
    public bool TryRead(
        string text, LinkPurpose purpose, [NotNullWhen(true)] out LinkToken? token,
        [NotNullWhen(false)] out string? fault)
    {
        token = null;
        var (subject, choice) = (0L, (byte)0);
        var signed = text.AsSpan();
        fault = "This link is not complete or was changed on its way. Please copy the whole link from the mail.";
        Span<byte> buffer = stackalloc byte[MaximumLength];
        var bytes = buffer[..(BodyLengthOf(purpose) + MacLength)];
        if ((purpose == LinkPurpose.Feedback && !TrySplit(ref signed, out subject, out choice)) ||
            Base64Url.DecodeFromChars(signed, bytes, out _, out var length) != OperationStatus.Done || length != bytes.Length ||
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
        if (clock.GetUtcNow() - issuedAt > Lifetime(purpose))
        {
            fault = purpose == LinkPurpose.Confirm
                ? "This link has expired: it worked for 48 hours. Please subscribe again to get a new one."
                : $"This link has expired: it worked for {Words(Lifetime(purpose)!.Value)}.";
            return false;
        }

        fault = null;
        token = new LinkToken(purpose, BinaryPrimitives.ReadInt64BigEndian(bytes[3..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[11..]), issuedAt,
            HasSubject(purpose) ? BinaryPrimitives.ReadInt64BigEndian(bytes[BodyLength..]) : subject,
            HasSubject(purpose) ? bytes[BodyLength + sizeof(long)] : choice);
        return true;
    }

    /// <summary>Null for the links of a digest, which work for as long as their reader is there.</summary>
    private static TimeSpan? Lifetime(LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.Confirm or LinkPurpose.Move => ConfirmationLifetime,
        LinkPurpose.Disown or LinkPurpose.Return or LinkPurpose.MoveBack => ObjectionLifetime,
        _ => null,
    };

    private static string Words(TimeSpan lifetime) =>
        lifetime.TotalDays > 2 ? $"{(int)lifetime.TotalDays} days" : $"{(int)lifetime.TotalHours} hours";

    private static bool HasSubject(LinkPurpose purpose) =>
        purpose is LinkPurpose.Move or LinkPurpose.MoveBack or LinkPurpose.View;

    private static bool TrySplit(ref ReadOnlySpan<char> text, out long subject, out byte choice)
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

    private static int BodyLengthOf(LinkPurpose purpose) => HasSubject(purpose) ? BodyLength + SubjectLength : BodyLength;
}
