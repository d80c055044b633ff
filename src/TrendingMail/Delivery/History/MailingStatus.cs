namespace TrendingMail.Delivery.History;

/// <summary>The counts of a mailing's deliveries by state.</summary>
public sealed record MailingStatus
{
    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required long Queued { get; init; }

    public required long Sending { get; init; }

    public required long Sent { get; init; }

    public required long Deferred { get; init; }

    public required long Failed { get; init; }

    public required long Skipped { get; init; }

    public required long Uncertain { get; init; }

    public long this[DeliveryState state] => state switch
    {
        DeliveryState.Queued => Queued,
        DeliveryState.Sending => Sending,
        DeliveryState.Sent => Sent,
        DeliveryState.Deferred => Deferred,
        DeliveryState.Failed => Failed,
        DeliveryState.Skipped => Skipped,
        DeliveryState.Uncertain => Uncertain,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
