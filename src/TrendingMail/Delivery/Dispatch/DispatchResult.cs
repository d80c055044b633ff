namespace TrendingMail.Delivery.Dispatch;

/// <summary>The result of one pass over the ready deliveries.</summary>
/// <param name="Handled">The number of deliveries with an outcome.</param>
/// <param name="UnreachableReason">Why a connection last found no server; null if all did.</param>
/// <param name="ThrottledUntil">When the first delivery postponed by a domain's throttle may be sent; null if none
/// was.</param>
public sealed record DispatchResult(int Handled, string? UnreachableReason, DateTimeOffset? ThrottledUntil = null)
{
    /// <summary>What came of the deliveries handled.</summary>
    public OutcomeCounts Outcomes { get; init; }
}
