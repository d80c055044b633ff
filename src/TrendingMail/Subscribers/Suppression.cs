namespace TrendingMail.Subscribers;

/// <summary>Why an address gets no mail, the weakest reason first: a stronger one takes the place of a weaker, never the other way.</summary>
public enum SuppressionReason
{
    SoftBounces,

    HardBounce,

    /// <summary>An operator's word; only an operator takes it back.</summary>
    Operator,

    /// <summary>The reader called a mail unwanted; only an operator takes it back.</summary>
    Complaint,
}

/// <summary>An address that gets no mail.</summary>
public sealed record Suppression
{
    public required long Id { get; init; }

    public required string Address { get; init; }

    public required SuppressionReason Reason { get; init; }

    /// <summary>What the other server said, or the operator.</summary>
    public string? Detail { get; init; }

    public required DateTimeOffset SuppressedAt { get; init; }

    /// <summary>The delivery that led to it; it may be in the ledger no more.</summary>
    public long? DeliveryId { get; init; }
}
