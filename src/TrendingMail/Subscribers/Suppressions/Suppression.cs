namespace TrendingMail.Subscribers.Suppressions;

/// <summary>
/// Why an address is suppressed, weakest reason first. A stronger reason replaces a weaker one, never the reverse.
/// </summary>
public enum SuppressionReason
{
    SoftBounces,

    HardBounce,

    /// <summary>Suppressed by an operator; only an operator can lift it.</summary>
    Operator,

    /// <summary>The recipient reported a message as spam; only an operator can lift it.</summary>
    Complaint,
}

/// <summary>An address that must not be mailed.</summary>
public sealed record Suppression
{
    public required long Id { get; init; }

    public required string Address { get; init; }

    public required SuppressionReason Reason { get; init; }

    /// <summary>The server's diagnostic or the operator's note.</summary>
    public string? Detail { get; init; }

    public required DateTimeOffset SuppressedAt { get; init; }

    /// <summary>The delivery that caused it; its row may have been deleted since.</summary>
    public long? DeliveryId { get; init; }
}
