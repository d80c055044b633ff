using System.Buffers;
using System.Globalization;

namespace TrendingMail.Delivery;

/// <summary>What a server said (RFC 5321 section 4.2): a code of three digits and words, of a long reply the first line's.</summary>
public readonly record struct SmtpReply(int Code, string Text)
{
    private static readonly SearchValues<string> WordsAboutUs = SearchValues.Create(
        ["block", "blacklist", "spam", "reputation", "policy", "dmarc", "spf ", "dkim", "relay", "not authorized", "not authenticated"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>RFC 3463, such as 5.1.1; null where the server told none.</summary>
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

    /// <summary>The server closes the connection (RFC 5321 section 3.8): it says nothing about a message.</summary>
    public bool IsClosing => Code == 421;

    /// <summary>
    /// Whether a deferral is about how fast or how much we send, and not about one mailbox: its domain slows down then.
    /// RFC 3463: 4.1 and 4.2 are about addresses and mailboxes.
    /// </summary>
    public bool IsAboutPace => Code is >= 400 and < 500 && Status is not { } status ||
        (Status is { } s && (s.StartsWith("4.7.", StringComparison.Ordinal) || s.StartsWith("4.3.", StringComparison.Ordinal)
            || s == "4.4.5"));

    /// <summary>
    /// Whether a refusal is about us, our address, our name or what we send, and would be the same for every reader there:
    /// RFC 3463 has 7 for policy, 1.7 and 1.8 for the sender. Where the status tells nothing, the words do.
    /// </summary>
    public bool IsAboutUs => Code is >= 500 and < 600 && Status?[2..] switch
    {
        // The mailbox is disabled, or it or its domain belongs to someone else now (RFC 5248, RFC 7293).
        "7.13" or "7.17" or "7.18" => false,
        "1.7" or "1.8" => true,
        { } status when status.StartsWith("7.", StringComparison.Ordinal) => true,
        { } status when status.StartsWith("1.", StringComparison.Ordinal) || status.StartsWith("2.", StringComparison.Ordinal) => false,
        _ => Text.AsSpan().ContainsAny(WordsAboutUs),
    };

    /// <summary>Reads a reply as <see cref="ToString"/> and the ledger have it. Code 0 where it is none.</summary>
    public static SmtpReply Parse(string reply) =>
        reply.Length >= 3 && int.TryParse(reply.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            && (reply.Length == 3 || reply[3] is ' ' or '-')
            ? new SmtpReply(code, reply.Length > 4 ? reply[4..] : "")
            : new SmtpReply(0, reply);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code} {Text}");
}
