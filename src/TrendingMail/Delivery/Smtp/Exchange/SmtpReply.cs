using System.Globalization;
using TrendingMail.Delivery.Replies;

namespace TrendingMail.Delivery.Smtp.Exchange;

/// <summary>An SMTP reply (RFC 5321 section 4.2).</summary>
/// <param name="Code">The code of its last line, which decides (section 4.2.1).</param>
/// <param name="Text">The text of all lines, on one.</param>
public readonly record struct SmtpReply(int Code, string Text)
{
    /// <summary>
    /// The enhanced status code (RFC 3463), such as 5.1.1: the first whose class is that of the code, wherever it
    /// stands, or one of another class at the beginning. Null if the reply has none.
    /// </summary>
    public string? Status
    {
        get
        {
            foreach (var range in Text.AsSpan().Split(' '))
            {
                var word = Text.AsSpan(range).Trim("()[]{}<>#,;:.'\"");
                if (NormalizedDiagnostic.IsStatusCode(word) && word[0] - '0' == Code / 100)
                {
                    return word.ToString();
                }
            }

            return FindLeadingStatus(Text);
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
        : Code is >= 400 and < 500 && !Diagnose().Reason.IsRecipientLevel();

    /// <summary>
    /// Whether a rejection concerns the sender (its network address, domain or content) and would be the same for every
    /// recipient there. The size and form of a message are no reason to pause: they do not change.
    /// </summary>
    public bool IsSenderLevel => Code is >= 500 and < 600 && Diagnose().Reason is var reason
        && reason.IsSenderLevel() && reason is not (BounceReason.TooBig or BounceReason.ContentError);

    /// <summary>Interprets a negative reply as a bounce with the same words would be.</summary>
    internal Diagnosis Diagnose() => DiagnosticInterpreter.Interpret(null, ToString(), []);

    /// <summary>The enhanced status code at the beginning of a text; null if there is none.</summary>
    internal static string? FindLeadingStatus(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf(' ');
        var word = end < 0 ? text : text[..end];
        return NormalizedDiagnostic.IsStatusCode(word) ? word.ToString() : null;
    }

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
