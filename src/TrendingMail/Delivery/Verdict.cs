namespace TrendingMail.Delivery;

/// <summary>What an outcome means for the ledger.</summary>
/// <param name="NextAttemptAt">Set where the delivery is to be tried again.</param>
public sealed record Verdict(DeliveryState State, DateTimeOffset? NextAttemptAt, string Reply)
{
    private static readonly TimeSpan ServerRest = TimeSpan.FromMinutes(1);

    /// <param name="jitter">From 0 to 1, at random.</param>
    public static Verdict Of(
        Outcome outcome, ClaimedDelivery delivery, DateTimeOffset now, DeliveryOptions options, double jitter)
    {
        var first = TimeSpan.FromMinutes(options.FirstRetryMinutes);
        return outcome switch
        {
            Outcome.Accepted accepted => new Verdict(DeliveryState.Sent, null, accepted.Reply),
            Outcome.Expired expired => new Verdict(DeliveryState.Failed, null, expired.Reply),
            Outcome.Skipped skipped => new Verdict(DeliveryState.Skipped, null, skipped.Reply),
            Outcome.Refused refused => new Verdict(DeliveryState.Failed, null, refused.Reply),
            Outcome.Deferred deferred => Again(RetrySchedule.Wait(delivery.Attempts, first, jitter), deferred.Reply),
            Outcome.Unreachable unreachable => Again(ServerRest, unreachable.Reply),
            Outcome.Uncertain uncertain when options.OnUncertain == UncertainPolicy.Resend =>
                Again(RetrySchedule.Wait(delivery.Attempts, first, jitter), uncertain.Reply),
            Outcome.Uncertain uncertain => new Verdict(DeliveryState.Uncertain, null, uncertain.Reply),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
        };

        Verdict Again(TimeSpan wait, string reply) => now + wait < delivery.ExpiresAt
            ? new Verdict(DeliveryState.Deferred, now + wait, reply)
            : new Verdict(DeliveryState.Failed, null, $"given up after {delivery.Attempts} attempts; the last one: {reply}");
    }
}
