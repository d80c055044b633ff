namespace TrendingMail.Delivery.Queue;

/// <summary>The state change that follows from an outcome.</summary>
/// <param name="NextAttemptAt">Set if the delivery is retried.</param>
public sealed record DeliveryTransition(DeliveryState State, DateTimeOffset? NextAttemptAt, string Reply)
{
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
            Outcome.Unreachable unreachable => RetryAfter(UnreachableDelay, unreachable.Reply),
            Outcome.Uncertain uncertain when options.OnUncertain == UncertainPolicy.Resend =>
                RetryAfter(RetrySchedule.GetDelay(claim.Attempt, firstDelay, jitter), uncertain.Reply),
            Outcome.Uncertain uncertain => new DeliveryTransition(DeliveryState.Uncertain, null, uncertain.Reply),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
        };

        DeliveryTransition RetryAfter(TimeSpan wait, string reply) => now + wait < claim.ExpiresAt
            ? new DeliveryTransition(DeliveryState.Deferred, now + wait, reply)
            : new DeliveryTransition(
                DeliveryState.Failed, null, $"given up after {claim.Attempt} attempts; last reply: {reply}");
    }
}
