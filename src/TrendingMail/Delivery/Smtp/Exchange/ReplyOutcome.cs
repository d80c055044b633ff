using TrendingMail.Delivery.Replies;

namespace TrendingMail.Delivery.Smtp.Exchange;

/// <summary>What a server's reply means for the delivery.</summary>
internal static class ReplyOutcome
{
    /// <summary>The servers are ours: one that refuses to relay misses a login or an entry in its settings.</summary>
    private static readonly string[] RelayPhrases =
    [
        "relay access denied", "relaying denied", "unable to relay", "not permitted to relay", "relay not permitted",
        "authentication required", "authentication is required", "smtp authentication",
    ];

    /// <exception cref="FormatException">The reply does not fit the command.</exception>
    public static Outcome From(SmtpReply reply) =>
        reply.IsPositive ? new Outcome.Accepted(reply.ToString())
        : reply.IsClosing ? new Outcome.Unreachable(reply.ToString())
        : reply.Code >= 500 ? new Outcome.Rejected(reply.ToString()) { MayFitElsewhere = IsServerLimit(reply) }
        : reply.Code >= 400 ? new Outcome.Deferred(reply.ToString())
        : throw new FormatException($"the server replied {reply}");

    /// <summary>
    /// The outcome of a rejected MAIL command. Unless it concerns the message, it concerns the sender or the login, not
    /// the recipient, and would be the same for every delivery.
    /// </summary>
    /// <param name="isUtf8">Whether the command had the SMTPUTF8 parameter, which other messages do not need.</param>
    public static Outcome FromMail(SmtpReply reply, bool isUtf8 = false) =>
        reply.Code < 500 ? From(reply)
        : isUtf8 && reply.Code is 501 or 504 or 555 ? new Outcome.Rejected(reply.ToString()) { MayFitElsewhere = true }
        : IsMessageLimit(reply) ? From(reply)
        : new Outcome.Unreachable(reply.ToString());

    /// <summary>
    /// Whether a limit of the server is the cause: another server may accept the message. 500 is a line too long, and
    /// 530 a login that is missing.
    /// </summary>
    private static bool IsServerLimit(SmtpReply reply) =>
        IsMessageLimit(reply) || reply.Code is 500 or 530 ||
        RelayPhrases.Any(phrase => reply.Text.Contains(phrase, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether the server cannot carry this message: it is too big for the system (5.2.3 is the limit of a mailbox), or
    /// it needs an extension.
    /// </summary>
    private static bool IsMessageLimit(SmtpReply reply) => reply.Status switch
    {
        "5.3.3" or "5.3.4" or "5.6.1" or "5.6.3" or "5.6.7" or "5.6.9" => true,
        null or ['5', '.', '0', '.', '0'] or "5.5.2" => reply.Diagnose().Reason == BounceReason.TooBig,
        _ => false,
    };

    /// <summary>The outcome of a DATA command; null if the message may follow.</summary>
    public static Outcome? FromData(SmtpReply reply) =>
        reply.Code == 354 ? null
        : reply.IsPositive ? throw new FormatException($"the server replied {reply} to DATA")
        : From(reply);
}
