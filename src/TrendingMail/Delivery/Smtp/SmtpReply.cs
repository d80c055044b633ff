using System.Buffers;
using System.Globalization;

namespace TrendingMail.Delivery.Smtp;

/// <summary>An SMTP reply (RFC 5321 section 4.2): its code, and the text of its first line.</summary>
public readonly record struct SmtpReply(int Code, string Text)
{
    private static readonly SearchValues<string> SenderLevelPhrases = SearchValues.Create(
        ["block", "blacklist", "spam", "reputation", "policy", "dmarc", "spf ", "dkim", "relay", "not authorized",
            "not authenticated"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>The enhanced status code (RFC 3463), such as 5.1.1; null if the reply has none.</summary>
    public string? Status
    {
        get
        {
            var word = Text.Split(' ', 2)[0];
            var parts = word.Split('.');
            return parts.Length == 3 && parts[0] is "2" or "4" or "5"
                && parts.All(part => part.Length is >= 1 and <= 3 && part.All(char.IsAsciiDigit)) ? word : null;
        }
    }

    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>
    /// Whether the server is closing the connection (RFC 5321 section 3.8). Such a reply says nothing about a message.
    /// </summary>
    public bool IsClosing => Code == 421;

    /// <summary>
    /// Whether a deferral concerns the rate or volume of our mail, and not one mailbox. The recipient domain is
    /// throttled then. In RFC 3463, 4.1 and 4.2 are about addresses and mailboxes.
    /// </summary>
    public bool IsThrottling => Status is { } status
        ? status == "4.4.5"
            || status.StartsWith("4.3.", StringComparison.Ordinal)
            || status.StartsWith("4.7.", StringComparison.Ordinal)
        : Code is >= 400 and < 500;

    /// <summary>
    /// Whether a rejection concerns the sender (its network address, domain or content) and would be the same for every
    /// recipient there. In RFC 3463, 7 is policy, and 1.7 and 1.8 are about the sender. Without a conclusive status
    /// code, the text decides.
    /// </summary>
    public bool IsSenderLevel => Code is >= 500 and < 600 && Status?[2..] switch
    {
        // The mailbox is disabled, or the mailbox or its domain has a new owner (RFC 5248, RFC 7293).
        "7.13" or "7.17" or "7.18" => false,
        "1.7" or "1.8" => true,
        { } status when status.StartsWith("7.", StringComparison.Ordinal) => true,
        { } status when status.StartsWith("1.", StringComparison.Ordinal) => false,
        { } status when status.StartsWith("2.", StringComparison.Ordinal) => false,
        _ => Text.AsSpan().ContainsAny(SenderLevelPhrases),
    };

    /// <summary>
    /// Parses a reply as formatted by <see cref="ToString"/> and stored in the queue. The code is 0 if the text is no
    /// reply.
    /// </summary>
    public static SmtpReply Parse(string reply) =>
        reply.Length >= 3
            && int.TryParse(reply.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            && (reply.Length == 3 || reply[3] is ' ' or '-')
            ? new SmtpReply(code, reply.Length > 4 ? reply[4..] : "")
            : new SmtpReply(0, reply);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code} {Text}");
}
