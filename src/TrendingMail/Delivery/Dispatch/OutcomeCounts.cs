namespace TrendingMail.Delivery.Dispatch;

/// <summary>How many deliveries of a run ended in each state.</summary>
public readonly record struct OutcomeCounts(int Sent, int Deferred, int Failed, int Skipped, int Uncertain)
{
    public static OutcomeCounts operator +(OutcomeCounts left, OutcomeCounts right) => new(
        left.Sent + right.Sent, left.Deferred + right.Deferred, left.Failed + right.Failed,
        left.Skipped + right.Skipped, left.Uncertain + right.Uncertain);

    /// <summary>One delivery that ended in a state; nothing for a state that is no outcome.</summary>
    public static OutcomeCounts One(DeliveryState state) => state switch
    {
        DeliveryState.Sent => new OutcomeCounts(1, 0, 0, 0, 0),
        DeliveryState.Deferred => new OutcomeCounts(0, 1, 0, 0, 0),
        DeliveryState.Failed => new OutcomeCounts(0, 0, 1, 0, 0),
        DeliveryState.Skipped => new OutcomeCounts(0, 0, 0, 1, 0),
        DeliveryState.Uncertain => new OutcomeCounts(0, 0, 0, 0, 1),
        _ => default,
    };
}
