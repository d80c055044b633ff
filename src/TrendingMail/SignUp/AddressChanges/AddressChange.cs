namespace TrendingMail.SignUp.AddressChanges;

/// <summary>State of an address change.</summary>
public enum AddressChangeState
{
    /// <summary>Requested, but not yet confirmed from the new address.</summary>
    Requested,

    Completed,

    /// <summary>Reverted from the old address.</summary>
    Reverted,
}

/// <summary>A subscriber's change from one address to another.</summary>
public sealed record AddressChange
{
    public required long Id { get; init; }

    public required long SubscriberId { get; init; }

    public required string OldAddress { get; init; }

    public required string NewAddress { get; init; }

    public required AddressChangeState State { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>The client network of the request; null once its retention period is over.</summary>
    public string? Network { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>The earliest change whose link undid this one; null for none.</summary>
    public long? UndoneBy { get; init; }
}

/// <summary>The outcome of confirming or reverting an address change.</summary>
public abstract record AddressChangeResult
{
    /// <param name="MaskedAddress">The address that receives mail from now on, masked.</param>
    public sealed record Completed(string MaskedAddress) : AddressChangeResult;

    /// <summary>
    /// The subscription that moved away was ended, because its former address has one of its own by now.
    /// </summary>
    /// <param name="MaskedAddress">The former address, masked.</param>
    public sealed record Ended(string MaskedAddress) : AddressChangeResult;

    /// <summary>Not possible, or no longer possible. The reason is shown to the subscriber.</summary>
    public sealed record Rejected(string Reason) : AddressChangeResult;
}
