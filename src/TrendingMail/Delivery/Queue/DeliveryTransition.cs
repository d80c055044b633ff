using TrendingMail.Delivery.Smtp.Exchange;

namespace TrendingMail.Delivery.Queue;

/// <summary>The state change that follows from an outcome.</summary>
/// <param name="NextAttemptAt">Set if the delivery is retried.</param>
public sealed record DeliveryTransition(DeliveryState State, DateTimeOffset? NextAttemptAt, string Reply)
{
    private const string GivenUp = "given up";

    private const string LastReply = "; last reply: ";

    private const string LastProblem = "; last problem: ";

    private static readonly TimeSpan UnreachableDelay = TimeSpan.FromMinutes(1);

    /// <param name="jitter">A random number from 0 to 1.</param>
    public static DeliveryTransition From(
        Outcome outcome, Claim claim, DateTimeOffset now, DeliveryOptions options, double jitter)
    {
        var firstDelay = TimeSpan.FromMinutes(options.FirstRetryMinutes);
        return outcome switch
        {
            Outcome.Accepted accepted => new DeliveryTransition(DeliveryState.Sent, null, accepted.Reply),
            Outcome.Expired expired => new DeliveryTransition(DeliveryState.Failed, null, expired.Reply),
            Outcome.Skipped skipped => new DeliveryTransition(DeliveryState.Skipped, null, skipped.Reply),
            Outcome.Rejected rejected => new DeliveryTransition(DeliveryState.Failed, null, rejected.Reply),
            Outcome.Deferred deferred =>
                RetryAfter(RetrySchedule.GetDelay(claim.Attempt, firstDelay, jitter), deferred.Reply),
            Outcome.Unreachable unreachable => RetryAfter(UnreachableDelay, unreachable.Reply, LastProblem),
            Outcome.Uncertain uncertain when options.OnUncertain == UncertainPolicy.Resend =>
                RetryAfter(RetrySchedule.GetDelay(claim.Attempt, firstDelay, jitter), uncertain.Reply),
            Outcome.Uncertain uncertain => new DeliveryTransition(DeliveryState.Uncertain, null, uncertain.Reply),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
        };

        DeliveryTransition RetryAfter(TimeSpan wait, string reply, string label = LastReply) =>
            now + wait < claim.ExpiresAt
                ? new DeliveryTransition(DeliveryState.Deferred, now + wait, reply)
                : new DeliveryTransition(
                    DeliveryState.Failed, null, $"{GivenUp} after {claim.Attempt} attempts{label}{reply}");
    }

    /// <summary>
    /// The server's verdict on the message, from the reply of a failed delivery. Null if it failed for another reason:
    /// a server that was not available, or that rejected the sender or the login, says nothing about the recipient.
    /// </summary>
    internal static SmtpReply? FindServerReply(string reply)
    {
        var at = reply.StartsWith(GivenUp, StringComparison.Ordinal)
            ? reply.IndexOf(LastReply, StringComparison.Ordinal)
            : -1;
        return SmtpReply.Parse(at < 0 ? reply : reply[(at + LastReply.Length)..]) is { Code: > 0 } found
            ? found
            : null;
    }
}
