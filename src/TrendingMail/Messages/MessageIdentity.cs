using System.Globalization;
using System.Text.RegularExpressions;
using TrendingMail.Links;

namespace TrendingMail.Messages;

/// <summary>
/// What identifies a message. It determines the Message-ID, the date, the return path and the links, so that every
/// attempt has the same bytes.
/// </summary>
/// <param name="DeliveryId">The id in the delivery queue; 0 for a preview, which is not in it.</param>
public sealed partial record MessageIdentity(Mailing Mailing, long DeliveryId, DateTimeOffset QueuedAt)
{
    private const string TestKind = "test";

    private const string SeedKind = "seed";

    /// <summary>Whether it is a test message, which is marked as such and recorded nowhere.</summary>
    public bool IsTest { get; private init; }

    /// <summary>
    /// Whether it is the copy for a seed mailbox: the same message as a subscriber's but for its identifiers, by which
    /// it cannot be taken for a delivery.
    /// </summary>
    public bool IsSeed { get; private init; }

    private string KindName => IsTest ? TestKind : Mailing.KindName;

    /// <summary>Creates the identity of a test message.</summary>
    /// <remarks>Its id is far above that of any delivery, so that a bounce of it matches none.</remarks>
    public static MessageIdentity ForTest(Mailing mailing, DateTimeOffset now) =>
        new(mailing, now.ToUnixTimeMilliseconds(), now) { IsTest = true };

    /// <summary>Creates the identity of the copy of a mailing for a seed mailbox.</summary>
    public static MessageIdentity ForSeed(Mailing mailing, long seedMessageId, DateTimeOffset queuedAt) =>
        new(mailing, SeedIds.For(seedMessageId), queuedAt) { IsSeed = true };

    /// <summary>Without angle brackets, such as <c>daily-2026-11-23.77@example.org</c>.</summary>
    public string FormatMessageId(string domain) =>
        $"{(IsSeed ? SeedKind : KindName)}-{Mailing.Key}.{DeliveryId}@{domain}";

    /// <summary>Parses the delivery id in a Message-ID; null if it is none of ours.</summary>
    /// <param name="messageId">Without angle brackets.</param>
    public static long? TryParseDeliveryId(string? messageId, string domain)
    {
        messageId ??= "";
        var at = messageId.LastIndexOf('@');
        if (at < 0 || !messageId.AsSpan(at + 1).Equals(domain, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var number = messageId.AsSpan((messageId.LastIndexOf('.', at) + 1)..at);
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    /// <summary>Parses what a Message-ID, of whatever domain, identifies; null if it does not have our form.</summary>
    /// <param name="messageId">Without angle brackets.</param>
    public static (Mailing Mailing, long DeliveryId)? TryParse(string messageId)
    {
        var parts = MessageIdForm().Match(messageId);
        var mailing = Mailing.Parse(parts.Groups["kind"].Value, parts.Groups["key"].Value);
        return mailing is not Mailing.Unknown
            && long.TryParse(parts.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? (mailing, id)
            : null;
    }

    /// <summary>
    /// The value of the Feedback-ID field, such as <c>2026-11-23:daily:example.org:trendingmail</c>. The last part
    /// names the sender, in the 5 to 15 characters that Google's Postmaster Tools take.
    /// </summary>
    public string FormatFeedbackId(string domain) => $"{Mailing.Key}:{KindName}:{domain}:trendingmail";

    [GeneratedRegex(@"^(?<kind>[a-z_]+)-(?<key>[^.@]+)\.(?<id>\d+)@", RegexOptions.ExplicitCapture)]
    private static partial Regex MessageIdForm();
}
