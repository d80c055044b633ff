namespace TrendingMail.Delivery.Smtp;

/// <summary>What a server's reply means for the delivery.</summary>
internal static class ReplyOutcome
{
    /// <exception cref="FormatException">The reply does not fit the command.</exception>
    public static Outcome From(SmtpReply reply) =>
        reply.IsPositive ? new Outcome.Accepted(reply.ToString())
        : reply.IsClosing ? new Outcome.Unreachable(reply.ToString())
        : reply.Code >= 500 ? new Outcome.Rejected(reply.ToString())
        : reply.Code >= 400 ? new Outcome.Deferred(reply.ToString())
        : throw new FormatException($"the server replied {reply}");

    /// <summary>
    /// The outcome of a rejected MAIL command. Unless it concerns the message, it concerns the sender or the login, not
    /// the recipient, and would be the same for every delivery.
    /// </summary>
    public static Outcome FromMail(SmtpReply reply) =>
        reply.Code >= 500 && reply.Code != 552 && reply.Status is not ("5.3.4" or "5.2.3" or "5.6.7")
            ? new Outcome.Unreachable(reply.ToString())
            : From(reply);

    /// <summary>The outcome of a DATA command; null if the message may follow.</summary>
    public static Outcome? FromData(SmtpReply reply) =>
        reply.Code == 354 ? null
        : reply.IsPositive ? throw new FormatException($"the server replied {reply} to DATA")
        : From(reply);
}
